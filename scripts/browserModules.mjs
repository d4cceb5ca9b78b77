/**
 * The modules of pages: each of views/browser/hub-*.ts, and each thread (*-worker.ts), with all that it imports, as one file in dist/browser. A page asks once for
 * what it needs, where a folder of small modules would be a request each, one after another.
 */
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, 'views', 'browser');

function options() {
  return {
    entryPoints: readdirSync(sources)
      .filter((name) => /^hub-.*\.ts$|-worker\.ts$/.test(name))
      .map((name) => path.join(sources, name)),
    outdir: path.join(root, 'dist', 'browser'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
  };
}

/** Loaded at the call: what installs dependencies runs before there are any. */
const esbuild = () => createRequire(import.meta.url)('esbuild');

/** @returns false when something could not be read; what is wrong is printed */
export function bundleModules() {
  rmSync(options().outdir, { recursive: true, force: true });
  try {
    esbuild().buildSync(options());
    return true;
  } catch {
    return false;
  }
}

/** Bundles anew on every change. @returns what ends that */
export async function watchModules() {
  const context = await esbuild().context(options());
  await context.watch();
  return () => context.dispose();
}

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../config/projectRoot.js';

/** Rooms and what each may import; `types` may be imported only as types. */
const rooms: Readonly<Record<string, { readonly from: readonly string[]; readonly types: readonly string[] }>> = {
  config: { from: [], types: [] },
  indexer: { from: ['config'], types: [] },
  hooks: { from: ['config', 'indexer'], types: [] },
  inference: { from: ['config', 'indexer/formats'], types: [] },
  views: { from: ['config'], types: ['indexer', 'inference', 'hooks', 'server/accounts', 'server/administration'] },
  server: { from: ['config', 'indexer', 'hooks', 'inference', 'views'], types: [] },
};

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.tsx?$/.test(entry.name)) yield file;
  }
}

/** Import lines: `target` is a path from the root, or a package. Not those inside functions, which load when they are called. */
function importLines(file: string): readonly { target: string; isType: boolean; isOwn: boolean }[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gm)].map((match) => {
    const isOwn = match[2]!.startsWith('.');
    const target = isOwn ? path.relative(projectRoot, path.resolve(path.dirname(file), match[2]!)) : match[2]!;
    return { isType: match[1] !== undefined, isOwn, target };
  });
}

function importsOf(file: string): readonly { target: string; isType: boolean }[] {
  return importLines(file).filter(({ isOwn }) => isOwn);
}

/** Packages that are loaded with a file, by it or by what it loads. */
function packagesLoadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const { target, isType, isOwn } of importLines(path.join(projectRoot, file))) {
    if (isType || target.startsWith('node:')) continue;
    const found = isOwn ? packagesLoadedWith(sourceOf(target), seen) : [target];
    for (const name of found) packages.add(name);
  }
  return packages;
}

function sourceOf(target: string): string {
  const [ts, tsx] = ['ts', 'tsx'].map((ending) => target.replace(/js$/, ending)) as [string, string];
  return existsSync(path.join(projectRoot, ts)) ? ts : tsx;
}

describe('the import rule', () => {
  for (const [room, allowed] of Object.entries(rooms)) {
    it(`${room} imports only what it may know`, () => {
      const wrong: string[] = [];
      for (const file of sources(path.join(projectRoot, room))) {
        for (const { target, isType } of importsOf(file)) {
          const within = (place: string): boolean => target.startsWith(`${place}/`);
          if (within(room) || allowed.from.some(within) || (isType && allowed.types.some(within))) continue;
          wrong.push(`${path.relative(projectRoot, file)} → ${target}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it('lets the hub listen before the packages are loaded that it can do without', () => {
    const loaded = [...packagesLoadedWith('server/main.ts'), ...packagesLoadedWith('server/serve.ts')];
    // What makes a card of Markdown, colours code or runs a model is not among them: each costs time at every start.
    const needed =
      'better-sqlite3 chokidar commander cookie express express-rate-limit ipaddr.js js-yaml lru-cache p-limit papaparse piscina preact preact-render-to-string preact/hooks proxy-addr range-parser zod';
    assert.deepEqual([...new Set(loaded)].sort(), needed.split(' '));
  });

  it('leaves process.env to config/env.ts', () => {
    const wrong = Object.keys(rooms).flatMap((room) =>
      [...sources(path.join(projectRoot, room))].filter(
        (file) =>
          !file.endsWith(path.join('config', 'env.ts')) &&
          /process\.env/.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
      ),
    );
    assert.deepEqual(
      wrong.map((file) => path.relative(projectRoot, file)),
      [],
    );
  });
});

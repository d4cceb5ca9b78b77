import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../../config/projectRoot.js';
import { launchBrowser } from '../support/browser.js';
import { embedder } from './models.js';
import type { CallOutcome } from './runCalls.js';

/**
 * Makes calls of the JavaScript clients in a browser, on a page of another site than the hub's.
 * @param clients the folder in whose `node_modules` they are; WebAssembly comes from there too
 * @throws Error where a page asks anything of a third site
 */
export async function callsInBrowser(
  clients: string,
  hub: { readonly url: string; readonly token: string },
): Promise<readonly CallOutcome[]> {
  const site = await startSite(clients);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      const address = request.url();
      if (![site.url, hub.url, 'data:', 'blob:'].some((begin) => address.startsWith(begin))) elsewhere.push(address);
    });
    await page.goto(site.url);
    const asked = { hubUrl: hub.url, accessToken: hub.token, embedder };
    const outcomes = await page.evaluate(
      (asked) => (globalThis as unknown as { callsOf(asked: unknown): Promise<CallOutcome[]> }).callsOf(asked),
      asked,
    );
    if (elsewhere.length > 0) throw new Error(`asked elsewhere: ${elsewhere.join(' ')}`);
    return outcomes;
  } finally {
    await browser.close();
    await site.close();
  }
}

async function startSite(clients: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const modules = path.join(clients, 'node_modules');
  const page = path.join(projectRoot, 'test', 'clients', 'browserPage.mjs');
  const built = await build({
    stdin: { contents: await readFile(page, 'utf8'), resolveDir: clients },
    // Its package tells bundlers in a way that not all of them follow.
    alias: { '@huggingface/hub': path.join(modules, '@huggingface', 'hub', 'dist', 'browser', 'index.mjs') },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  const script = built.outputFiles[0]!.contents;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    if (pathname === '/') {
      response.setHeader('Content-Type', 'text/html');
      response.end(
        '<!doctype html><title>Another site</title><link rel="icon" href="data:,"><script src="/page.js" type="module"></script>',
      );
      return;
    }
    const isWasm = pathname.startsWith('/wasm/');
    response.setHeader('Content-Type', pathname.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
    if (!isWasm) response.end(script);
    else createReadStream(path.join(modules, 'onnxruntime-web', 'dist', path.basename(pathname))).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

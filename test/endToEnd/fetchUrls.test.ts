import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const picture = readFileSync(path.join(fixtures, 'images', 'rgb.png'));

/** A hub that fetches from one server of this machine, and what it answers about that server's files. */
describe('a picture given as an address', function () {
  this.timeout(90_000);
  let hub: RealHub;
  let server: Server;
  let files: string;
  const asked: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url === '/away') response.writeHead(302, { location: hub.url }).end();
      else if (request.url === '/large') response.end(Buffer.alloc(11_000_000));
      else if (request.url === '/page') response.end('<html></html>');
      else response.end(picture);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    files = `http://${host}`;
    hub = await startRealHub({ '--inference-fetch-urls': host, '--inference-fetch-private': 'true' });
    const checkpoint = path.join(fixtures, 'checkpoints', 'vit-imgcls');
    const read = (name: string): Buffer => readFileSync(path.join(checkpoint, name));
    const copy = await hub.workingCopy({
      'README.md': `---\npipeline_tag: image-classification\nwidget:\n  - src: ${files}/example.png\n---\n# Sees\n`,
      'config.json': read('config.json'),
      'model.safetensors': read('model.safetensors'),
      'preprocessor_config.json': JSON.stringify({ image_processor_type: 'ViTImageProcessor', size: 20 }),
    });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/sees`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await hub.close();
  });

  const post = (body: string | Buffer): Promise<Response> =>
    fetch(`${hub.url}/models/admin/sees`, { method: 'POST', body: body as BodyInit });
  const ask = async (inputs: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await post(JSON.stringify({ inputs }));
    return { status: response.status, body: await response.json() };
  };

  it('is fetched for pages only when the model is loaded already', async () => {
    const page = await (await fetch(`${hub.url}/admin/sees`)).text();
    assert.match(page, /<input [^>]*name="src"[^>]*value="http:\/\/127\.0\.0\.1:\d+\/example\.png"/);
    const looks = { 'X-Fragment': 'widget', 'X-Load-Model': '0' };
    const form = new URLSearchParams({ src: `${files}/example.png` });
    const submit = (headers: Record<string, string>): Promise<string> =>
      fetch(`${hub.url}/admin/sees`, { method: 'POST', headers, body: form }).then((response) => response.text());
    assert.match(await submit(looks), /data-state="unloaded"/);
    assert.deepEqual(asked, []);
    assert.match(await submit({ 'X-Fragment': 'widget' }), /data-state="done"/);
    assert.match(await submit(looks), /data-state="done"/);
    assert.deepEqual(asked, ['/example.png', '/example.png']);
  });

  it('is answered as the file itself is, alone and in a list', async () => {
    const own: unknown = await (await post(picture)).json();
    assert.deepEqual(await ask(`${files}/a.png`), { status: 200, body: own });
    assert.deepEqual(await ask([`${files}/a.png`, picture.toString('base64')]), { status: 200, body: [own, own] });
    assert.deepEqual(
      await ask({ image: `${files}/a.png` }).then(({ status }) => status),
      400,
      'is asked of other tasks',
    );
  });

  it('is refused where it leads elsewhere, is too large or no picture', async () => {
    for (const [address, status, reason] of [
      [
        'http://127.0.0.1:1/',
        400,
        /is not fetched: its host and port are not among those that inference\.fetchUrls lists/,
      ],
      [`${files}/away`, 400, /is not fetched: its host and port/],
      [`${files}/large`, 413, /larger than 10485760 bytes/],
      [`${files}/page`, 400, /no image of a kind that is read here/],
    ] as const) {
      const { status: got, body } = await ask(address);
      assert.equal(got, status, address);
      assert.match((body as { error: string }).error, reason);
    }
  });

  it('comes from Python’s client too', async function () {
    const python = requirePython(this);
    const code = `import sys
from huggingface_hub import InferenceClient
print(InferenceClient(model=sys.argv[1]).image_classification(sys.argv[2])[0].label)`;
    const args = ['-c', code, `${hub.url}/models/admin/sees`, `${files}/a.png`];
    const { code: status, text } = await run(python, args, hub.folder);
    assert.equal(status, 0, text);
    const own = (await (await post(picture)).json()) as readonly { label: string }[];
    assert.equal(text.trim().split('\n').at(-1), own[0]!.label);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython } from '../support/require.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const picture = readFileSync(path.join(fixtures, 'images', 'rgb.png'));
const card = `---
pipeline_tag: image-classification
widget:
  - src: pictures/rgb.png
    example_title: A picture
---
# Sees
`;

interface Label {
  readonly label: string;
  readonly score: number;
}

/** A checkpoint that was pushed without a graph or a tokenizer, asked about pictures at every door. */
describe('a model of images on a hub', function () {
  this.timeout(90_000);
  let hub: RealHub;
  let report: string;
  let labels: readonly Label[];
  before(async () => {
    hub = await startRealHub();
    const checkpoint = path.join(fixtures, 'checkpoints', 'vit-imgcls');
    const read = (name: string): Buffer => readFileSync(path.join(checkpoint, name));
    const copy = await hub.workingCopy({
      'README.md': card,
      'config.json': read('config.json'),
      'model.safetensors': read('model.safetensors'),
      'preprocessor_config.json': JSON.stringify({ image_processor_type: 'ViTImageProcessor', size: 20 }),
      'pictures/rgb.png': picture,
    });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/sees`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    report = pushed.text;
    labels = (await (await post(picture, { 'content-type': 'image/png' })).json()) as Label[];
  });
  after(() => hub.close());

  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${hub.url}/models/admin/sees`, { method: 'POST', headers, body: body as BodyInit });
  const form = (fields: Readonly<Record<string, string>>, file: Uint8Array | null): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append('file', new Blob(file ? [new Uint8Array(file)] : []), file ? 'a.png' : '');
    return data;
  };
  const submit = async (data: FormData, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const response = await fetch(`${hub.url}/admin/sees`, { method: 'POST', headers, body: data });
    return response.text();
  };

  it('is said to be ready, though it has neither a graph nor a tokenizer', () => assert.match(report, /Widget +ready/));

  it('is asked with the file itself, its base64 or a data address', async () => {
    assert.deepEqual(labels.map(({ label }) => label).sort(), ['a', 'b', 'c']);
    const base64 = picture.toString('base64');
    for (const inputs of [base64, `data:image/png;base64,${base64}`]) {
      const answer = await post(JSON.stringify({ inputs, parameters: { top_k: 1 } }));
      assert.deepEqual(await answer.json(), [labels[0]]);
    }
    assert.deepEqual(await (await post(picture)).json(), labels);
    const again = await post(picture, { 'content-type': 'application/octet-stream' });
    assert.equal(again.headers.get('x-compute-type'), 'cache');
  });

  it('refuses addresses, other files and files that are too large, with the reason', async () => {
    const rows = [
      [
        JSON.stringify({ inputs: 'http://127.0.0.1:1/secret.png' }),
        400,
        /inputs: is an address, and this hub fetches none \(option inference\.fetchUrls\)/,
      ],
      [Buffer.from([0, 1, 2, 255]), 400, /no image of a kind that is read here/],
      [picture.subarray(0, 100), 400, /the image cannot be read/],
      [Buffer.alloc(11_000_000, 1), 413, /The file is larger than 10485760 bytes/],
    ] as const;
    for (const [body, status, reason] of rows) {
      const refused = await post(body, typeof body === 'string' ? {} : { 'content-type': 'image/png' });
      assert.equal(refused.status, status);
      assert.match(((await refused.json()) as { error: string }).error, reason);
    }
  });

  it('has a form for a file, which answers with and without a script', async () => {
    const page = await (await fetch(`${hub.url}/admin/sees`)).text();
    assert.match(page, /enctype="multipart\/form-data"/);
    assert.match(page, /<input [^>]*type="file"[^>]*accept="image\/\*"/);
    const use = await (await fetch(`${hub.url}/admin/sees?use=1`)).text();
    assert.match(use, /--data-binary @image\.png/);
    assert.match(await submit(form({}, picture)), new RegExp(`${labels[0]!.label} <svg|${labels[0]!.label}<svg`));
    const fragment = await submit(form({}, picture), { 'X-Fragment': 'widget' });
    assert.match(fragment, /^<div data-state="done"/);
  });

  it('takes the picture of an example from the repository, but a chosen file before it', async () => {
    assert.match(
      await submit(form({ src: 'pictures/rgb.png' }, null), { 'X-Fragment': 'widget' }),
      /data-state="done"/,
    );
    const broken = form({ src: 'pictures/rgb.png' }, picture.subarray(0, 100));
    assert.match(await submit(broken, { 'X-Fragment': 'widget' }), /the image cannot be read/);
    for (const [src, reason] of [
      ['pictures/none.png', /Entry not found: pictures\/none\.png/],
      ['../../../etc/passwd', /Entry not found/],
      ['https://example.org/a.png', /is an address, and this hub fetches none/],
    ] as const)
      assert.match(await submit(form({ src }, null), { 'X-Fragment': 'widget' }), reason);
    assert.match(await submit(form({}, null), { 'X-Fragment': 'widget' }), /takes a file/);
  });

  it('answers Python’s client, unmodified', async function () {
    const python = requirePython(this);
    const code = `import json, sys
from huggingface_hub import InferenceClient
client = InferenceClient(model=sys.argv[1], token=sys.argv[3])
plain = client.image_classification(sys.argv[2])
best = client.image_classification(sys.argv[2], top_k=1)
print(json.dumps([[[row.label, row.score] for row in rows] for rows in (plain, best)]))`;
    const file = path.join(fixtures, 'images', 'rgb.png');
    const { code: status, text } = await run(
      python,
      ['-c', code, `${hub.url}/models/admin/sees`, file, hub.token],
      hub.folder,
    );
    assert.equal(status, 0, text);
    const rows = labels.map(({ label, score }) => [label, score]);
    assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1)!), [rows, rows.slice(0, 1)]);
  });
});

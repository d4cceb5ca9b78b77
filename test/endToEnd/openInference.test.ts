import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

const checkpoint = path.join(projectRoot, 'test', 'fixtures', 'checkpoints', 'bert-ner');

interface Infer {
  readonly model_name: string;
  readonly id: string;
  readonly outputs: { name: string; datatype: string; shape: number[]; data?: number[]; parameters?: object }[];
}

describe('the Open Inference Protocol', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'README.md': '# a checkpoint, with no tokenizer\n' });
    await cp(checkpoint, copy, { recursive: true });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/ner`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  const row = [2, 7, 9, 3];
  const input = (name: string, data: readonly number[]) => ({ name, shape: [1, 4], datatype: 'INT64', data });
  const inputs = [
    input('input_ids', row),
    input('attention_mask', [1, 1, 1, 1]),
    input('token_type_ids', [0, 0, 0, 0]),
  ];
  const infer = (body: Buffer | string, headers: Readonly<Record<string, string>> = {}, id = 'admin/ner') =>
    fetch(`${hub.url}/v2/models/${id}/infer`, { method: 'POST', body: body as string, headers });

  it('says what a graph takes and gives', async () => {
    for (const id of ['admin/ner', 'admin%2Fner', 'admin%252Fner', 'admin/ner/versions/main']) {
      const response = await fetch(`${hub.url}/v2/models/${id}`);
      assert.equal(response.status, 200, await response.clone().text());
      const said = (await response.json()) as { inputs: unknown[]; outputs: { name: string; shape: number[] }[] };
      assert.deepEqual(said.inputs[0], { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] });
      assert.deepEqual(
        said.outputs.map(({ name }) => name),
        ['last_hidden_state', 'logits'],
      );
    }
    assert.equal((await fetch(`${hub.url}/v2/models/admin/ner/ready`)).status, 200);
    assert.equal((await fetch(`${hub.url}/v2/models/admin/none/ready`)).status, 401);
    assert.equal((await fetch(`${hub.url}/v2/health/ready`)).status, 200);
  });

  it('answers tensors in JSON and as bytes, with the same numbers', async () => {
    const asked = { id: 'seven', inputs, outputs: [{ name: 'logits' }] };
    const plain = (await (await infer(JSON.stringify(asked))).json()) as Infer;
    assert.deepEqual([plain.model_name, plain.id], ['admin/ner', 'seven']);
    const [logits] = plain.outputs;
    assert.deepEqual([logits!.name, logits!.datatype, logits!.shape], ['logits', 'FP32', [1, 4, 9]]);

    const bytes = Buffer.from(BigInt64Array.from(row, BigInt).buffer);
    const header = JSON.stringify({
      inputs: [{ ...inputs[0], data: undefined, parameters: { binary_data_size: bytes.length } }, ...inputs.slice(1)],
      outputs: [{ name: 'logits', parameters: { binary_data: true } }],
    });
    const response = await infer(Buffer.concat([Buffer.from(header), bytes]), {
      'inference-header-content-length': String(header.length),
    });
    assert.equal(response.status, 200, await response.clone().text());
    const body = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length'));
    const said = JSON.parse(body.toString('utf8', 0, length)) as Infer;
    assert.deepEqual(said.outputs[0]!.parameters, { binary_data_size: 4 * 36 });
    const numbers = new Float32Array(new Uint8Array(body.subarray(length)).buffer);
    assert.deepEqual([...numbers], logits!.data);
    assert.match(response.headers.get('x-model-verification') ?? '', /^(pending|verified)$/);
  });

  for (const [what, body, reason, headers] of [
    ['no JSON', 'x', /JSON object/],
    ['a missing input', JSON.stringify({ inputs: inputs.slice(1) }), /also takes input_ids/],
    ['an unknown input', JSON.stringify({ inputs: [...inputs, input('more', row)] }), /no input "more"/],
    ['a number type that is not read', JSON.stringify({ inputs: [{ ...inputs[0], datatype: 'BYTES' }] }), /BYTES/],
    ['too few numbers', JSON.stringify({ inputs: [{ ...inputs[0], data: [1] }] }), /has 1 numbers, its shape needs 4/],
    ['a shape of terabytes', JSON.stringify({ inputs: [{ ...inputs[0], shape: [1e6, 1e6] }] }), /needs 1000000000000/],
    ['a header longer than the body', '{}', /has 2 bytes/, { 'inference-header-content-length': '9' }],
    ['an unknown output', JSON.stringify({ inputs, outputs: [{ name: 'x' }] }), /no output "x"/],
    [
      'token numbers outside the vocabulary',
      JSON.stringify({ inputs: [input('input_ids', [1, 2, 3, 1e6]), ...inputs.slice(1)] }),
      /graph failed/,
    ],
  ] as const) {
    it(`refuses ${what} with the reason`, async () => {
      const response = await infer(body, headers);
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as { error: string }).error, reason);
    });
  }
});

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { readTensors } from '../../../inference/compile/checkpoint.js';
import { rewritePickle } from '../../../inference/compile/pickledWeights.js';
import { checkpointPickle, pickleZip } from '../../indexer/formats/files.js';

/** Checkpoints that PyTorch wrote, and what it reads from them; see make.py beside them. */
const fixtures = path.join(projectRoot, 'test', 'fixtures', 'pickles');
const checkpoints = readdirSync(fixtures).filter((name) => name.endsWith('.bin'));

interface Read {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

async function tensorsOf(file: string): Promise<Record<string, Read>> {
  const bytes = readFileSync(file);
  const header = await readWeightHeader(file, bufferReader(bytes));
  return Object.fromEntries(
    header!.tensors.map(({ name, dtype, shape, offset, sizeBytes }) => [
      name,
      { dtype, shape, hex: bytes.toString('hex', offset!, offset! + sizeBytes!) },
    ]),
  );
}

describe('pickled weights', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hubstead-pickled-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function rewritten(...files: readonly string[]): Promise<Record<string, Read>> {
    return tensorsOf(path.join(folder, await rewritePickle(folder, files)));
  }

  for (const name of checkpoints) {
    it(`${name} becomes what PyTorch reads from it`, async () => {
      const all = Object.entries(await tensorsOf(path.join(fixtures, 'expected.safetensors')));
      const expected = all.filter(([key]) => key.startsWith(`${name}/`));
      assert.ok(expected.length > 0);
      copyFileSync(path.join(fixtures, name), path.join(folder, name));
      const found = await rewritten(name);
      assert.deepEqual(found, Object.fromEntries(expected.map(([key, read]) => [key.slice(name.length + 1), read])));
    });
  }

  it('several files become one, and a tensor in two of them is refused', async () => {
    for (const name of ['wrapped.bin', 'new_types.bin'])
      copyFileSync(path.join(fixtures, name), path.join(folder, name));
    assert.ok('uint16' in (await rewritten('wrapped.bin', 'new_types.bin')));
    await rm();
    copyFileSync(path.join(fixtures, 'wrapped.bin'), path.join(folder, 'again.bin'));
    await assert.rejects(rewritePickle(folder, ['wrapped.bin', 'again.bin']), /stands in two of its files/);
  });

  it('shards that an index names are read as one checkpoint', async () => {
    for (const name of ['wrapped.bin', 'new_types.bin'])
      copyFileSync(path.join(fixtures, name), path.join(folder, name));
    const index = (map: Record<string, string>) =>
      writeFileSync(path.join(folder, 'pytorch_model.bin.index.json'), JSON.stringify({ weight_map: map }));
    index({ weight: 'wrapped.bin', uint16: 'new_types.bin' });
    assert.ok((await readTensors(folder)).some(({ name }) => name === 'float8'));
    index({ weight: 'wrapped.bin', uint16: 'new_types.bin', gone: 'new_types.bin' });
    await assert.rejects(readTensors(folder), /names tensors that its files lack: gone/);
    index({ weight: 'absent.bin' });
    await rm();
    await assert.rejects(readTensors(folder), /absent\.bin is not in the repository/);
    index({ weight: '../wrapped.bin' });
    await assert.rejects(readTensors(folder), /not beside it/);
  });

  it('is written once, also when two ask at the same time, and leaves nothing else behind', async () => {
    copyFileSync(path.join(fixtures, 'zip.bin'), path.join(folder, 'zip.bin'));
    const [first, second] = await Promise.all([rewritePickle(folder, ['zip.bin']), rewritePickle(folder, ['zip.bin'])]);
    assert.equal(first, second);
    assert.deepEqual(readdirSync(folder).sort(), [first, 'zip.bin'].sort());
    const before = readFileSync(path.join(folder, first));
    rmSync(path.join(folder, 'zip.bin'));
    assert.equal(await rewritePickle(folder, ['zip.bin']), first);
    assert.deepEqual(readFileSync(path.join(folder, first)), before);
  });

  async function rm(): Promise<void> {
    for (const name of readdirSync(folder)) if (name.startsWith('.')) rmSync(path.join(folder, name));
  }

  async function refusal(file: Buffer): Promise<string> {
    writeFileSync(path.join(folder, 'pytorch_model.bin'), file);
    const error = await rewritePickle(folder, ['pytorch_model.bin']).then(
      () => assert.fail('it was read'),
      (error: unknown) => error,
    );
    assert.ok(error instanceof HubError && error.code === 'INFERENCE_UNAVAILABLE', String(error));
    assert.deepEqual(readdirSync(folder), ['pytorch_model.bin']);
    return error.message;
  }

  const four = Buffer.alloc(16, 1);
  const plain = { offset: 0, shape: [2, 2], stride: [2, 1], count: 4 };

  it('takes the checkpoint that the refused ones below are made from', async () => {
    writeFileSync(path.join(folder, 'a.bin'), pickleZip(checkpointPickle(plain), { 'archive/data/0': four }));
    assert.deepEqual(await rewritten('a.bin'), { w: { dtype: 'F32', shape: [2, 2], hex: four.toString('hex') } });
  });

  for (const [what, tensor, reason] of [
    ['strides that leave the storage', { ...plain, stride: [3, 1] }, /reaches 20 bytes into a storage of 16/],
    ['an offset that leaves the storage', { ...plain, offset: 1 }, /reaches 20 bytes into a storage of 16/],
    [
      'a storage that claims more than its entry',
      { ...plain, shape: [500_000_000], stride: [1], count: 500_000_000 },
      /into a storage of 16/,
    ],
    ['negative strides', { ...plain, stride: [-2, 1] }, /not whole numbers/],
    ['a shape without strides', { ...plain, stride: [] }, /do not match/],
    [
      'elements repeated to gigabytes',
      { ...plain, shape: [30_000, 30_000], stride: [0, 0] },
      /need 36000000\d\d bytes as safetensors/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      assert.match(await refusal(pickleZip(checkpointPickle(tensor), { 'archive/data/0': four })), reason);
    });
  }

  it('refuses a pickle that would import anything else, by name', async () => {
    const pickle = Buffer.from('\x80\x02cos\nsystem\nX\x02\x00\x00\x00hi\x85R.', 'latin1');
    assert.match(await refusal(pickleZip(pickle, {})), /imports os\.system/);
    assert.match(await refusal(pickle), /neither a zip nor a stream/);
  });

  it('refuses storages that are packed, missing, or on top of each other', async () => {
    const pickle = checkpointPickle(plain);
    assert.match(await refusal(pickleZip(pickle, {})), /no storage 0/);
    assert.match(await refusal(pickleZip(pickle, { 'archive/data/0': four }, { method: 8 })), /packed/);
    const two = checkpointPickle(plain, ['0', '1']);
    const file = pickleZip(two, { 'archive/data/0': four, 'archive/data/1': four }, { sameContent: true });
    assert.match(await refusal(file), /on top of each other/);
  });

  it('refuses TorchScript and maps without tensors, and says what to save instead', async () => {
    const code = pickleZip(checkpointPickle(plain), { 'archive/data/0': four, 'archive/constants.pkl': four });
    assert.match(await refusal(code), /TorchScript/);
    assert.match(await refusal(pickleZip(Buffer.from('\x80\x02}.', 'latin1'), {})), /state_dict/);
  });

  it('a legacy file that ends inside of its storages is refused', async () => {
    const legacy = readFileSync(path.join(fixtures, 'legacy.bin'));
    assert.match(
      await refusal(legacy.subarray(0, legacy.length - 5)),
      /a storage ends at byte|ends before its storages/,
    );
  });
});

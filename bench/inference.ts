/**
 * What the way through the runner process costs: `answer()` against tokenising and a raw `session.run` of the same graph
 * with the same options, in one run and in turns, so that both see the same machine. Real MiniLM, 128 tokens.
 *
 *   HUBSTEAD_TEST_SHARED=… npx tsx bench/inference.ts [rounds]
 */

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Tokenizer } from 'tokenizers';
import { testEnvironment } from '../config/env.js';
import { createLog } from '../config/log.js';
import { startInference } from '../inference/runner/client.js';

const tokens = 128;
const rounds = Number(process.argv[2] ?? 100);
const { shared } = testEnvironment();
if (!shared) throw new Error('HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');
const folder = path.join(shared, 'models-real', 'all-MiniLM-L6-v2');
/** A two-letter word is one token: 126 of them and the two special tokens. */
const text = Array.from({ length: tokens - 2 }, () => 'we').join(' ');

const threads = availableParallelism();
const inference = startInference({
  options: { threads, memoryBytes: 1024 ** 3, deadlineMs: 60_000, maxQueue: 64 },
  log: createLog('warn'),
});
const snapshot = { key: 'bench', folder, model: 'bench/minilm' };
const answer = async () => {
  await inference.answer({ snapshot, task: 'feature-extraction', inputs: text, parameters: {}, load: 'wait' });
};

const tokenizer = Tokenizer.fromFile(path.join(folder, 'tokenizer.json'));
tokenizer.disablePadding();
const graph = path.join(folder, 'onnx', 'model_quantized.onnx');
const sameOptions = await InferenceSession.create(graph, {
  intraOpNumThreads: Math.min(threads, 4),
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const raw = async () => {
  const encoding = await tokenizer.encode(text);
  const ids = encoding.getIds();
  const column = (values: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  await sameOptions.run({
    input_ids: column(ids),
    attention_mask: column(encoding.getAttentionMask()),
    token_type_ids: column(encoding.getTypeIds()),
  });
};

const ways = { 'answer()': answer, 'tokenise + session.run': raw };
const times: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = -5; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const began = performance.now();
    await way();
    if (round >= 0) times[name]?.push(performance.now() - began);
  }
}
for (const [name, list] of Object.entries(times)) process.stdout.write(`${name.padEnd(24)} ${spread(list)}\n`);
const [ours = 0, floor = 0] = Object.values(times).map((list) => quantile(list, 0.5));
process.stdout.write(
  `ratio ${(ours / floor).toFixed(3)} (to hold: 1.10 with HTTP), ${(ours - floor).toFixed(2)} ms more than the floor\n`,
);

const clients = 16;
const calls = 200;
const began = performance.now();
let left = calls;
await Promise.all(
  Array.from({ length: clients }, async () => {
    while (left-- > 0) await answer();
  }),
);
const perSecond = (calls / (performance.now() - began)) * 1000;
process.stdout.write(
  `${clients} clients: ${perSecond.toFixed(1)} calls/s on ${inference.stats().models[0]?.threads} threads; one by one ${(1000 / ours).toFixed(1)}\n`,
);
await inference.close();

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  const [low, median, high] = [0.1, 0.5, 0.9].map((part) => quantile(values, part).toFixed(2));
  return `median ${median} ms (p10 ${low}, p90 ${high})`;
}

import { cp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Tokenizer } from 'tokenizers';
import { testEnvironment } from '../../config/env.js';
import { compileSnapshot } from '../../inference/compile/index.js';
import { waiting } from '../../inference/runner/models/graphSession.js';

/** Threads that one call may use: the hub's own default. */
export const threads = availableParallelism();

/** Length of the text in tokens, with the two special ones. */
export const tokens = 128;
/** A two-letter word is one token. */
export const text = Array.from({ length: tokens - 2 }, () => 'we').join(' ');

/** Folder of the real all-MiniLM-L6-v2, or null when this machine was not told of one. */
export function minilmFolder(): string | null {
  const { shared } = testEnvironment();
  return shared && path.join(shared, 'models-real', 'all-MiniLM-L6-v2');
}

/** The graph that was pushed with the weights. */
export const pushedGraph = 'onnx/model_quantized.onnx';

/** A copy of the model without its graphs, with the graph that is compiled from its float32 weights. @returns that graph's file */
export async function compileCopy(model: string, folder: string): Promise<string> {
  await cp(model, folder, { recursive: true, filter: (file) => path.basename(file) !== 'onnx' });
  return (await compileSnapshot(folder))[0]!.file;
}

/** The floor: tokenising and a raw `session.run` of the same graph with the options that the runner uses. */
export async function rawMinilm(
  folder: string,
  graph: string,
  intraOpNumThreads = Math.min(threads, 4),
): Promise<(text: string) => Promise<void>> {
  const tokenizer = Tokenizer.fromFile(path.join(folder, 'tokenizer.json'));
  tokenizer.disablePadding();
  const session = await InferenceSession.create(path.join(folder, graph), {
    intraOpNumThreads,
    extra: { session: { intra_op: waiting } },
  });
  return async (text) => {
    const encoding = await tokenizer.encode(text);
    const ids = encoding.getIds();
    const column = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    await session.run({
      input_ids: column(ids),
      attention_mask: column(encoding.getAttentionMask()),
      token_type_ids: column(encoding.getTypeIds()),
    });
  };
}

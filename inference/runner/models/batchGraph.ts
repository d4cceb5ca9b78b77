import { floatTensor } from '../../pipelines/floatTensor.js';
import type { ModelGraph, Port, Tensor } from '../../pipelines/model.js';
import type { BatchGraph, Outputs } from './batcher.js';
import { canPad, fixedLength, inputFeeds, paddedLength, type TextSettings } from './feeds.js';

/** A graph of texts for the batcher. @throws HubError INFERENCE_UNAVAILABLE for a graph whose inputs are no text's */
export function batchGraphOf(graph: ModelGraph, settings: TextSettings, padId: number): BatchGraph {
  const feedsOf = inputFeeds(graph.inputs, settings, padId);
  const fixed = fixedLength(graph.inputs);
  const varies = new Map(graph.outputs.map((port) => [port.name, isOfTokens(port, fixed)]));
  return {
    canPad: canPad(graph.inputs),
    async run(encodings) {
      const outputs = numbersOf(await graph.run(feedsOf(encodings)));
      const padded = paddedLength(encodings, fixed);
      if (encodings.length === 1 && encodings[0]!.length === padded) return [outputs];
      return encodings.map(({ length }, row) => {
        const tokensOf = (name: string, dims: readonly number[]) =>
          varies.get(name) && dims[1] === padded ? length : null;
        const parts = [...outputs].map(([name, { data, dims }]) => {
          const part = rowOf({ data, dims, row, texts: encodings.length, tokens: tokensOf(name, dims) });
          return [name, part] as const;
        });
        return new Map(parts);
      });
    },
  };
}

/** Whether the second axis of an output is one of tokens; of a graph with a fixed length, the size of vectors may be the same. */
function isOfTokens({ name, dims }: Port, fixed: number | null): boolean {
  if (dims[1] === null) return true;
  return dims[1] === fixed && (dims.length === 3 || /^(start|end)_logits$/.test(name));
}

/** The outputs that answers are made of. */
function numbersOf(outputs: Awaited<ReturnType<ModelGraph['run']>>): Outputs {
  const numbers = new Map<string, Tensor>();
  for (const [name, tensor] of outputs) {
    const floats = floatTensor(tensor);
    if (floats) numbers.set(name, floats);
  }
  return numbers;
}

interface Row extends Tensor {
  readonly row: number;
  readonly texts: number;
  /** Of its second axis, so many are the text's; null = the axis is not one of tokens. */
  readonly tokens: number | null;
}

/** One text's part of an output, [1, …]. */
function rowOf({ data, dims, row, texts, tokens }: Row): Tensor {
  const [count, ...rest] = dims;
  if (count !== texts) throw new Error(`an output has ${count} rows for ${texts} texts`);
  const size = data.length / texts;
  const kept = tokens === null ? size : (size / rest[0]!) * tokens;
  return {
    data: data.slice(row * size, row * size + kept),
    dims: [1, ...(tokens === null ? rest : [tokens, ...rest.slice(1)])],
  };
}

import type { TextEncoding } from '../../pipelines/encoding.js';
import type { Port, TypedTensor } from '../../pipelines/model.js';
import { firstPositionOf } from '../../snapshot/firstPosition.js';
import { type JsonObject, unavailable } from '../../snapshot/snapshotFiles.js';
import { leavesTypesOut } from '../../tokenizers/tokenizerClass.js';

type Meaning = 'tokens' | 'mask' | 'types' | 'zeros' | 'positions';

/** What graphs call their inputs: transformers' and optimum's names, then those of older TensorFlow exports. */
const meanings: Readonly<Record<string, Meaning>> = {
  input_ids: 'tokens',
  attention_mask: 'mask',
  token_type_ids: 'types',
  position_ids: 'positions',
  input_mask: 'mask',
  segment_ids: 'types',
};

/** The files of a repository that say what a graph is fed with. */
export interface TextSettings {
  readonly config: JsonObject;
  readonly tokenizer: JsonObject;
}

/** The inputs of a graph for texts side by side. */
export type Feeds = (encodings: readonly TextEncoding[]) => Readonly<Record<string, TypedTensor>>;

/**
 * Makes a graph's inputs, [texts, tokens], of encodings: exactly those inputs that the graph has. Shorter texts are filled
 * up at their end with `padId`, which the mask hides; all of them for a graph of a fixed length.
 * @throws HubError INFERENCE_UNAVAILABLE for a graph that asks for anything else
 */
export function inputFeeds(inputs: readonly Port[], { config, tokenizer }: TextSettings, padId: number): Feeds {
  const withoutTypes = leavesTypesOut(tokenizer, config);
  const columns = inputs.map((input) => ({
    name: input.name,
    meaning: withoutTypes && meaningOf(input, inputs.length) === 'types' ? 'zeros' : meaningOf(input, inputs.length),
    make: tensorMaker(input),
  }));
  const firstPosition = firstPositionOf(config);
  const fixed = fixedLength(inputs);
  return (encodings) => {
    const tokens = paddedLength(encodings, fixed);
    const feeds: Record<string, TypedTensor> = {};
    for (const { name, meaning, make } of columns) {
      const rows = encodings.flatMap((encoding) => rowOf(encoding, meaning, { tokens, firstPosition, padId }));
      feeds[name] = make(rows, [encodings.length, tokens]);
    }
    return feeds;
  };
}

/**
 * Tokens of a graph that was exported for one length only, and that has a mask, so that shorter texts can be filled up to it;
 * null for others.
 */
export function fixedLength(inputs: readonly Port[]): number | null {
  const [length, ...others] = new Set(inputs.map(({ dims }) => (dims.length === 2 ? (dims[1] ?? null) : null)));
  return length && others.length === 0 && inputs.some(isMask) ? length : null;
}

/** To how many tokens texts are filled up; `fixed` is what `fixedLength` says. */
export function paddedLength(encodings: readonly TextEncoding[], fixed: number | null): number {
  const longest = Math.max(...encodings.map(({ length }) => length));
  return fixed !== null && longest < fixed ? fixed : longest;
}

function isMask({ name }: Port): boolean {
  return Object.hasOwn(meanings, name) && meanings[name] === 'mask';
}

/** Whether texts may be padded: the graph takes any number of them, of any length, and a mask. */
export function canPad(inputs: readonly Port[]): boolean {
  const isFree = inputs.every(({ dims }) => dims.length === 2 && dims.every((size) => size === null));
  return isFree && inputs.some(isMask);
}

function meaningOf({ name }: Port, count: number): Meaning {
  const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
  if (meaning) return meaning;
  if (count === 1) return 'tokens';
  throw unavailable(`its graph asks for the input "${name}", which text tasks do not have`);
}

interface RowShape {
  /** Length of the row. */
  readonly tokens: number;
  readonly firstPosition: number;
  readonly padId: number;
}

function rowOf(
  encoding: TextEncoding,
  meaning: Meaning,
  { tokens, firstPosition, padId }: RowShape,
): readonly number[] {
  if (meaning === 'positions') return Array.from({ length: tokens }, (_, index) => firstPosition + index);
  const values = valuesOf(encoding, meaning);
  if (values.length === tokens) return values;
  const padding = new Array<number>(tokens - values.length).fill(meaning === 'tokens' ? padId : 0);
  return [...values, ...padding];
}

function valuesOf(encoding: TextEncoding, meaning: Exclude<Meaning, 'positions'>): readonly number[] {
  if (meaning === 'zeros') return encoding.ids.map(() => 0);
  if (meaning === 'tokens') return encoding.ids;
  return meaning === 'types' ? encoding.typeIds() : encoding.ids.map(() => 1);
}

function tensorMaker({ name, type }: Port): (values: readonly number[], dims: readonly number[]) => TypedTensor {
  if (type === 'int64') return (values, dims) => ({ type, data: BigInt64Array.from(values, BigInt), dims });
  if (type === 'int32') return (values, dims) => ({ type, data: Int32Array.from(values), dims });
  if (type === 'float32') return (values, dims) => ({ type, data: Float32Array.from(values), dims });
  throw unavailable(`its graph takes ${type} for the input "${name}"; token numbers are int64 or int32`);
}

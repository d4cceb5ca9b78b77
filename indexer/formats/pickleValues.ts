/** What the opcodes of a pickle leave on its stack: descriptions, never things that were built or called. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'global'; readonly module: string; readonly name: string }
  | { readonly kind: 'items'; readonly items: Value[] }
  | { readonly kind: 'map'; readonly entries: Map<string, Value> }
  | { readonly kind: 'storage'; readonly storage: PickledStorage }
  | { readonly kind: 'tensor'; readonly tensor: PickledView }
  | { readonly kind: 'mark' }
  | { readonly kind: 'other' };

/** The memory that tensors look into. */
export interface PickledStorage {
  readonly key: string;
  /** Null for storages of bytes, to which each tensor gives its own type. */
  readonly dtype: string | null;
  /** Elements of `dtype`, or bytes. */
  readonly count: number;
  /** Elements of the storage under `key` that stand before this one, in old files that keep views of storages. */
  readonly start: number;
}

/** A tensor as PyTorch pickles it: where its elements stand in a storage. Nothing of it has been checked. */
export interface PickledView {
  readonly storage: PickledStorage;
  readonly dtype: string;
  /** Elements before the first one. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements from one index to the next, for each dimension. */
  readonly stride: readonly number[];
}

export const other: Value = { kind: 'other' };
export const mark: Value = { kind: 'mark' };
/** A call reads only so many operands: one long tuple, recalled for each of a million calls, must not be walked each time. */
export const maxRank = 32;

const storageTypes: Readonly<Record<string, string>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
const byteStorages = new Set(['UntypedStorage', '_UntypedStorage']);

/** PyTorch's names of the types that have no storage class of their own, and of those that have. */
const elementTypes: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  bool: 'BOOL',
  float8_e4m3fn: 'F8_E4M3',
  float8_e5m2: 'F8_E5M2',
};

export function emptyMap(): Value {
  return { kind: 'map', entries: new Map() };
}

/** A persistent id is `('storage', type, key, location, count[, view])` in PyTorch's files; a view is `(key, start, count)`. */
export function storageOf(id: Value): Value {
  if (id.kind !== 'items') return other;
  const [, type, key, , count, view] = id.items;
  if (type?.kind !== 'global') return other;
  const dtype = storageTypes[type.name] ?? null;
  if (dtype === null && !byteStorages.has(type.name)) return other;
  const whole = { key: key?.kind === 'text' ? key.text : '', dtype, count: numberIn(count), start: 0 };
  if (view?.kind !== 'items') return { kind: 'storage', storage: whole };
  return { kind: 'storage', storage: { ...whole, start: numberIn(view.items[1]), count: numberIn(view.items[2]) } };
}

/** What a call would give when it rebuilds a tensor or a plain container; nothing for all others. */
export function called(callee: Value, args: readonly Value[]): Value {
  if (callee.kind !== 'global') return other;
  const [first] = args;
  if (/^_rebuild_tensor(_v2|_v3)?$/.test(callee.name)) return tensorOf(args);
  if (/^_rebuild_parameter(_with_state)?$/.test(callee.name)) return first?.kind === 'tensor' ? first : other;
  // (function, type, arguments, state): a tensor with attributes of its own.
  if (/^_rebuild_from_type(_v2)?$/.test(callee.name)) return calledInside(args);
  if (callee.name === 'OrderedDict') return mapOf(first);
  if (callee.name === 'Size' && first?.kind === 'items') return first;
  return other;
}

function calledInside([callee, , args]: readonly Value[]): Value {
  const isTensor = callee?.kind === 'global' && /^_rebuild_(tensor|parameter)/.test(callee.name);
  return isTensor && args?.kind === 'items' ? called(callee, args.items) : other;
}

/** `(storage, offset, size, stride, requires_grad, hooks[, dtype])`. */
function tensorOf(args: readonly Value[]): Value {
  const [storage, offset, size, stride, , , type] = args;
  if (storage?.kind !== 'storage') return other;
  const dtype = storage.storage.dtype ?? (type?.kind === 'global' ? elementTypes[type.name] : undefined);
  if (!dtype) return other;
  const tensor = {
    storage: storage.storage,
    dtype,
    offset: numberIn(offset),
    shape: numbersIn(size),
    stride: numbersIn(stride),
  };
  return { kind: 'tensor', tensor };
}

/** An ordered dictionary may be made of a list of pairs. */
function mapOf(pairs: Value | undefined): Value {
  const entries = new Map<string, Value>();
  if (pairs?.kind !== 'items') return { kind: 'map', entries };
  for (const pair of pairs.items) {
    if (pair.kind !== 'items') continue;
    const [key, value] = pair.items;
    if (key?.kind === 'text' && value) entries.set(key.text, value);
  }
  return { kind: 'map', entries };
}

function numberIn(value: Value | undefined): number {
  return value?.kind === 'number' ? value.number : -1;
}

function numbersIn(value: Value | undefined): readonly number[] {
  return value?.kind === 'items' ? value.items.slice(0, maxRank + 1).map(numberIn) : [];
}

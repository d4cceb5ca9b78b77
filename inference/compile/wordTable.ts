/** The part of a graph that shows what it does with the numbers of its tokens. */
export interface LookingUp {
  readonly lookups: readonly {
    readonly operator: string;
    readonly inputs: readonly string[];
    readonly output: string;
  }[];
  /** Tables of weights by name. */
  readonly tables: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** What graphs call the numbers of their tokens. */
const tokens = 'input_ids';
/** Operators that give the rows, or the numbers, that they are given. */
const handingOn: ReadonlySet<string> = new Set(['Cast', 'Identity', 'DequantizeLinear']);
/** Operators that give the same numbers in another shape. */
const reshaping: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze']);

/** Rows of the table that a graph looks its tokens up in: its embedding; the smaller where it has two. Null where it shows none. */
export function wordTableRows({ lookups, tables }: LookingUp): number | null {
  const tableSources = sourcesBy(lookups, handingOn);
  const tokenSources = sourcesBy(lookups, new Set([...handingOn, ...reshaping]));
  const rows = new Map(tables.map(({ name, shape }) => [name, shape[0]]));
  const found = lookups.flatMap((lookup) => {
    const { table, chosen } = lookedUp(lookup);
    if (!table || !chosen || sourceOf(chosen, tokenSources) !== tokens) return [];
    return rows.get(sourceOf(table, tableSources)) ?? [];
  });
  return found.length === 0 ? null : Math.min(...found);
}

function lookedUp({ operator, inputs }: LookingUp['lookups'][number]): { table?: string; chosen?: string } {
  if (operator === 'Gather') return { table: inputs[0], chosen: inputs[1] };
  // ONNX Runtime's fused embedding: tokens, their types, and the table of the tokens.
  return operator === 'EmbedLayerNormalization' ? { table: inputs[2], chosen: inputs[0] } : {};
}

/** The first input of each output of these operators. */
function sourcesBy(lookups: LookingUp['lookups'], operators: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = lookups.filter(({ operator }) => operators.has(operator));
  return new Map(found.map(({ inputs, output }) => [output, inputs[0] ?? '']));
}

/** More steps than graphs have; a graph that goes in circles has no end. */
const maxSteps = 100;

function sourceOf(name: string, sources: ReadonlyMap<string, string>): string {
  let source = name;
  for (let step = 0; step < maxSteps; step++) {
    const next = sources.get(source);
    if (next === undefined) break;
    source = next;
  }
  return source;
}

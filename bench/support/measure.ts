/** Times in milliseconds by name of the way, in the order they were taken. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** Something to time: `before` prepares a round and is not timed. */
export interface Way {
  before?(round: number): Promise<void>;
  run(round: number): Promise<void>;
}

/**
 * Times several ways in one run, in turns and each round beginning with another one, so that all see the same machine.
 * @param inRow runs that one turn has, so that each way finds its own code and data in the processor's caches as a busy hub does
 * @returns milliseconds of each counted run
 */
export async function inTurns(
  ways: Readonly<Record<string, Way>>,
  { rounds, warmUp = 0, inRow = 1 }: { rounds: number; warmUp?: number; inRow?: number },
): Promise<Samples> {
  const names = Object.keys(ways);
  const samples: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + warmUp) % names.length]!;
      const way = ways[name]!;
      await way.before?.(round);
      for (let run = 0; run < inRow; run++) {
        const took = await timed(() => way.run(round));
        if (round >= 0) samples[name]!.push(took);
      }
    }
  }
  return samples;
}

/** Milliseconds that one call takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The value below which this part (0 to 1) of the values lies; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface TableOptions {
  /** The way that the others are divided by. */
  readonly floor: string;
  readonly unit?: string;
  readonly digits?: number;
  /** Parts (0 to 1) below and above the median that are printed beside it. */
  readonly parts?: readonly [low: number, high: number];
  /** What a way should reach, said beside it: `to hold: 1.30`. Timings never fail. */
  readonly toHold?: Readonly<Record<string, string>>;
}

/** Prints a line a way: median, a low and a high percentile, and the ratio to the floor that was measured beside it. */
export function printTable(
  samples: Samples,
  { floor, unit = 'ms', digits = 1, parts = [0.1, 0.9], toHold = {} }: TableOptions,
): void {
  const base = median(samples[floor] ?? []);
  const width = Math.max(...Object.keys(samples).map((name) => name.length)) + 2;
  for (const [name, values] of Object.entries(samples)) {
    const at = (part: number): string => quantile(values, part).toFixed(digits);
    const around = parts.map((part) => `p${part * 100} ${at(part)}`).join(', ');
    const ratio = name === floor ? 'floor' : `ratio ${(median(values) / base).toFixed(2)}`;
    const goal = toHold[name] ? ` (to hold: ${toHold[name]})` : '';
    print(`${name.padEnd(width)} median ${at(0.5)} ${unit}, ${around}, n ${values.length}, ${ratio}${goal}`);
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

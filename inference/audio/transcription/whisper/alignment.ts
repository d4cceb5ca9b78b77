/** Shares of attention: row by row, a row for each token, a column for each frame of the encoder. */
export interface Attention {
  readonly data: Float32Array;
  readonly tokens: number;
  readonly frames: number;
}

/**
 * The frame in which each token begins, of the heads that follow the sound: each is set to mean 0 and deviation 1 over the
 * tokens and smoothed, and the path of most attention is found through their mean.
 */
export function firstFrames(heads: readonly Attention[], filterWidth: number): readonly number[] {
  const { tokens, frames } = heads[0]!;
  const sum = new Float64Array(tokens * frames);
  for (const head of heads) {
    const smooth = medianFiltered(standardised(head), tokens, frames, filterWidth);
    for (let i = 0; i < sum.length; i += 1) sum[i]! += smooth[i]! / heads.length;
  }
  return jumps(warpingPath(sum, tokens, frames));
}

function standardised({ data, tokens, frames }: Attention): Float32Array {
  const result = new Float32Array(tokens * frames);
  for (let frame = 0; frame < frames; frame += 1) {
    let mean = 0;
    for (let token = 0; token < tokens; token += 1) mean += data[token * frames + frame]! / tokens;
    let variance = 0;
    for (let token = 0; token < tokens; token += 1) variance += (data[token * frames + frame]! - mean) ** 2 / tokens;
    const deviation = Math.sqrt(variance);
    for (let token = 0; token < tokens; token += 1)
      result[token * frames + frame] = (data[token * frames + frame]! - mean) / deviation;
  }
  return result;
}

/** Medians over time; rows are mirrored at their ends. */
function medianFiltered(data: Float32Array, tokens: number, frames: number, width: number): Float32Array {
  const reach = Math.floor(width / 2);
  if (frames <= reach) return data;
  const result = new Float32Array(data.length);
  const near = new Float32Array(width);
  for (let token = 0; token < tokens; token += 1) {
    for (let frame = 0; frame < frames; frame += 1) {
      for (let step = 0; step < width; step += 1) {
        const at = Math.abs(frame + step - reach);
        near[step] = data[token * frames + (at < frames ? at : 2 * (frames - 1) - at)]!;
      }
      result[token * frames + frame] = near.slice().sort()[reach]!;
    }
  }
  return result;
}

type Path = readonly (readonly [token: number, frame: number])[];

/** The path from the first token and frame to the last that passes the greatest values (dynamic time warping). */
function warpingPath(values: Float64Array, tokens: number, frames: number): Path {
  const columns = frames + 1;
  const cost = new Float32Array((tokens + 1) * columns).fill(Number.POSITIVE_INFINITY);
  const steps = new Uint8Array((tokens + 1) * columns);
  cost[0] = 0;
  for (let frame = 1; frame <= frames; frame += 1) {
    for (let token = 1; token <= tokens; token += 1) {
      const at = token * columns + frame;
      const both = cost[at - columns - 1]!;
      const down = cost[at - columns]!;
      const along = cost[at - 1]!;
      steps[at] = both < down && both < along ? 0 : down < both && down < along ? 1 : 2;
      cost[at] = [both, down, along][steps[at]!]! - values[(token - 1) * frames + frame - 1]!;
    }
  }
  const path: (readonly [number, number])[] = [];
  for (let token = tokens, frame = frames; token > 0 || frame > 0; ) {
    path.push([token - 1, frame - 1]);
    const step = token === 0 ? 2 : frame === 0 ? 1 : steps[token * columns + frame]!;
    if (step !== 2) token -= 1;
    if (step !== 1) frame -= 1;
  }
  return path.reverse();
}

/** The frames at which the path goes to another token. */
function jumps(path: Path): readonly number[] {
  return path.flatMap(([token, frame], place) => (place === 0 || path[place - 1]![0] !== token ? [frame] : []));
}

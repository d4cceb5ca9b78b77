/** What was heard in a window: its tokens, and from where on the next window listens. */
export interface HeardSegment {
  readonly tokens: readonly number[];
  /** Place of its first token among those of the window. */
  readonly start: number;
}

export interface WindowCut {
  readonly segments: readonly HeardSegment[];
  /** Frames of features until the next window. */
  readonly frames: number;
}

/**
 * Cuts the tokens of a window where two times stand beside each other. What follows the last pair is heard again in the next
 * window, unless the window ends with a single time: then nothing more was said in it.
 * @param tokens without the end token
 * @param windowFrames frames of features that the window had; the encoder joins `stride` of them to one
 */
export function cutWindow(
  tokens: readonly number[],
  firstTime: number,
  windowFrames: number,
  stride: number,
): WindowCut {
  const isTime = (place: number) => (tokens[place] ?? -1) >= firstTime;
  const cuts = tokens.flatMap((_, place) => (place > 0 && isTime(place - 1) && isTime(place) ? [place] : []));
  if (cuts.length === 0) return { segments: [{ tokens, start: 0 }], frames: windowFrames };
  const endsWithOne = tokens.length >= 2 && !isTime(tokens.length - 2) && isTime(tokens.length - 1);
  if (endsWithOne) cuts.push(tokens.length);
  else cuts[cuts.length - 1]! += 1;
  const segments = cuts.map((end, index) => {
    const start = cuts[index - 1] ?? 0;
    return { tokens: tokens.slice(start, end), start };
  });
  if (endsWithOne) return { segments, frames: windowFrames };
  return { segments, frames: (tokens[cuts.at(-1)! - 2]! - firstTime) * stride };
}

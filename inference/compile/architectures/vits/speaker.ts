import { type TimeConvolutionOptions, timeConvolution } from '../../blocks/timeConvolution.js';
import type { Config } from '../../config.js';
import type { GraphBuilder, Value } from '../../graphBuilder.js';

/** Who speaks, in models of several speakers. */
export interface Speaker {
  /** [1, size, 1] */
  readonly embedding: Value;
  readonly size: number;
  /** 1, or 0 for no speaker at all. */
  readonly share: Value;
}

/** The inputs that name a speaker; null for models of one. */
export function speakerInput(g: GraphBuilder, config: Config): Speaker | null {
  const count = config.size('num_speakers', 1);
  const size = config.integer('speaker_embedding_size', 0) ?? 0;
  if (count === 1 || size === 0) return null;
  const id = g.input('speaker_id', 'int64', [1]);
  const table = g.weight('embed_speaker.weight', [count, size]);
  return { embedding: g.unsqueeze(g.gather(table, id), [2]), size, share: g.input('speaker_share', 'float', [1]) };
}

/** What a layer makes of the speaker: [1, outputs, 1]. */
export function speakerPart(
  g: GraphBuilder,
  { embedding, size, share }: Speaker,
  name: string,
  outputs: number,
  options: Pick<TimeConvolutionOptions, 'normAxis'> = {},
): Value {
  return g.mul(timeConvolution(g, embedding, name, { inputs: size, outputs, kernel: 1, ...options }), share);
}

/** `x`, with what a layer makes of the speaker where there is one. */
export function withSpeaker(g: GraphBuilder, x: Value, speaker: Speaker | null, name: string, outputs: number): Value {
  return speaker ? g.add(x, speakerPart(g, speaker, name, outputs)) : x;
}

/** A single speaker's model may keep layers for an embedding that it has not. */
export function ignoreSpeakers(g: GraphBuilder): void {
  g.weights.ignore(/\.cond(_layer)?\./);
}

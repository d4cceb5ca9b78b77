import type { Config } from '../../../compile/config.js';
import { numbersOf } from '../../madeTexts.js';
import type { ChannelMap } from '../../maps.js';
import { alongTime, lineOf, plusChannels } from '../../soundLine.js';
import type { Tensors } from '../../tensors.js';
import type { Feeds } from '../../types.js';

/** Who speaks, and how much of what layers make of it counts. */
export interface Speaker {
  readonly embedding: ChannelMap;
  readonly share: number;
}

/** Null for models of one speaker. */
export async function speakerOf(config: Config, tensors: Tensors, feeds: Feeds): Promise<Speaker | null> {
  const size = config.integer('speaker_embedding_size', 0)!;
  if (size === 0 || config.size('num_speakers', 1) === 1) return null;
  const embedding = await tensors.rows('embed_speaker', numbersOf(feeds.speaker_id));
  return { embedding: lineOf(embedding, size), share: numbersOf(feeds.speaker_share)[0]! };
}

/** [channels]: what a layer makes of the speaker. */
export async function speakerPart(
  tensors: Tensors,
  name: string,
  { embedding, share }: Speaker,
): Promise<Float32Array> {
  return (await alongTime(tensors, name, embedding)).data.map((value) => value * share);
}

/** `x`, with what a layer makes of the speaker where there is one. */
export async function withSpeaker(
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  speaker: Speaker | null,
): Promise<ChannelMap> {
  return speaker ? plusChannels(x, await speakerPart(tensors, name, speaker)) : x;
}

import { z } from 'zod';
import type { Model } from '../model.js';
import type { PipelineCall } from '../pipeline.js';

const seconds = z.number().min(0).max(3600);

/** What every way of transcribing takes; language, task and settings of generation may also stand beside these. */
export const speechParameters = z.looseObject({
  /** `true` = segments (Whisper), `word`, `char` (models with a token for each frame). */
  return_timestamps: z.union([z.boolean(), z.enum(['char', 'word'])]).nullish(),
  return_language: z.boolean().nullish(),
  /** Parts that a long sound is cut into; 0 = it is heard as a whole. */
  chunk_length_s: seconds.nullish(),
  stride_length_s: z.union([seconds, z.tuple([seconds, seconds])]).nullish(),
  generate_kwargs: z.record(z.string(), z.unknown()).nullish(),
  generation_parameters: z.record(z.string(), z.unknown()).nullish(),
});
export type SpeechParameters = z.output<typeof speechParameters>;

/** What a way of transcribing is given. */
export interface SpeechTask {
  readonly model: Model;
  readonly samples: Float32Array;
  readonly parameters: SpeechParameters;
  readonly call: PipelineCall;
}

/** Both strides; a sixth of the part each when none is given. */
export function stridesOf({ chunk_length_s, stride_length_s }: SpeechParameters): readonly [number, number] {
  const stride = stride_length_s ?? (chunk_length_s ?? 0) / 6;
  return typeof stride === 'number' ? [stride, stride] : stride;
}

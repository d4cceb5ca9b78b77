import { z } from 'zod';
import { HubError } from '../../config/errors.js';

/** Most sequences that are made side by side for one input. */
export const maxRows = 16;
/** Most tokens of one sequence, whatever the model would admit: each costs a run, and memory for keys and values. */
export const maxTokens = 32_768;
const maxList = 1000;

const id = z.number().int().min(0).max(100_000_000);
const ids = z.array(id).max(maxList);
/** Python writes lists of one as the one. */
const idOrIds = z.union([id.transform((one) => [one]), ids]);
const share = z.number().min(0).max(1);
const count = z.number().int().min(0).max(1_000_000);
const stopText = z.string().min(1).max(200);
const stopTexts = z.union([stopText.transform((one) => [one]), z.array(stopText).max(16)], {
  error: 'takes a text or at most 16 of them, of 1 to 200 characters each',
});

/** How tokens are chosen, by the names and with the meanings of Python's generation settings; three are OpenAI's. */
export const generationFields = {
  max_length: z.number().int().min(1).max(1_000_000_000),
  max_new_tokens: z.number().int().min(1).max(maxTokens),
  min_length: count,
  min_new_tokens: count,
  max_time: z.number().min(0).max(3600),
  do_sample: z.boolean(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  temperature: z.number().min(0).max(100),
  top_k: z.number().int().min(0).max(1_000_000),
  top_p: share,
  min_p: share,
  typical_p: z.number().gt(0).max(1),
  num_beams: z.number().int().min(1).max(maxRows),
  num_return_sequences: z.number().int().min(1).max(maxRows),
  early_stopping: z.union([z.boolean(), z.literal('never')]),
  length_penalty: z.number().min(-100).max(100),
  repetition_penalty: z.number().gt(0).max(1000),
  frequency_penalty: z.number().min(-2).max(2),
  presence_penalty: z.number().min(-2).max(2),
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/), z.number().min(-100).max(100))
    .refine((biases) => Object.keys(biases).length <= maxList, { error: `names at most ${maxList} tokens` }),
  no_repeat_ngram_size: count,
  encoder_no_repeat_ngram_size: count,
  bad_words_ids: z.array(ids.min(1)).max(maxList),
  suppress_tokens: ids,
  begin_suppress_tokens: ids,
  forced_bos_token_id: id,
  forced_eos_token_id: idOrIds,
  bos_token_id: id,
  eos_token_id: idOrIds,
  pad_token_id: id,
  decoder_start_token_id: id,
  stop_strings: stopTexts,
  renormalize_logits: z.boolean(),
} as const;

/**
 * Settings that change which tokens are chosen, but are not known here, with the values that change nothing. Anything else is
 * refused: an answer that passes them over would be another one than was asked for.
 */
const refused: Readonly<Record<string, readonly unknown[]>> = {
  num_beam_groups: [1],
  diversity_penalty: [0],
  penalty_alpha: [0],
  guidance_scale: [1],
  sequence_bias: [],
  encoder_repetition_penalty: [1],
  exponential_decay_length_penalty: [],
  epsilon_cutoff: [0],
  eta_cutoff: [0],
  force_words_ids: [],
  constraints: [],
  dola_layers: [],
  watermarking_config: [],
  watermark: [false],
  grammar: [],
  best_of: [1],
  adapter_id: [],
  remove_invalid_values: [false],
  token_healing: [false],
};

const layerSchema = z.object(generationFields).partial();
type Layer = z.output<typeof layerSchema>;

/** Settings that hold for one call; absent ones do nothing. */
export interface GenerationSettings extends Layer {
  readonly do_sample: boolean;
  readonly num_beams: number;
  readonly num_return_sequences: number;
  readonly early_stopping: boolean | 'never';
  readonly length_penalty: number;
}

/** What the layers of settings come from; the later wins. */
export interface SettingsLayer {
  /** For messages: `generation_config.json`, `parameters`. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What the caller gave is refused as his mistake; the rest is the model's. */
  readonly isRequest?: boolean;
  /** A length that is set here takes the place of the lengths below, however they are measured. */
  readonly replacesLengths?: boolean;
}

const basics = { do_sample: false, num_beams: 1, num_return_sequences: 1, early_stopping: false, length_penalty: 1 };

/**
 * The layers, lowest first, as one. A field that is null says nothing.
 * @throws HubError INFERENCE_INPUT_INVALID for a value of the request, INFERENCE_UNAVAILABLE for one of the model
 */
export function mergedSettings(layers: readonly SettingsLayer[]): GenerationSettings {
  let merged: Layer = {};
  for (const layer of layers) {
    const values = checked(layer);
    if (layer.replacesLengths && (values.max_length !== undefined || values.max_new_tokens !== undefined))
      merged = { ...merged, max_length: undefined, max_new_tokens: undefined };
    if (layer.replacesLengths && (values.min_length !== undefined || values.min_new_tokens !== undefined))
      merged = { ...merged, min_length: undefined, min_new_tokens: undefined };
    merged = { ...merged, ...values };
  }
  const settings = { ...basics, ...merged };
  // A temperature of zero always takes the likeliest token.
  return settings.temperature === 0 ? { ...settings, do_sample: false } : settings;
}

function checked({ name, values, isRequest }: SettingsLayer): Layer {
  const said = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  const refuse = (key: string, reason: string) =>
    isRequest
      ? new HubError('INFERENCE_INPUT_INVALID', { reason: `parameters.${key}: ${reason}` })
      : new HubError('INFERENCE_UNAVAILABLE', { reason: `${name} sets ${key}: ${reason}` });
  for (const [key, value] of said) {
    const neutral = Object.hasOwn(refused, key) ? refused[key]! : null;
    if (neutral && !neutral.includes(value)) throw refuse(key, 'this way of choosing tokens is not known here');
  }
  const known = said.filter(([key]) => Object.hasOwn(generationFields, key));
  const result = layerSchema.safeParse(Object.fromEntries(known));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refuse(String(issue?.path[0] ?? ''), issue?.message ?? 'is invalid');
}

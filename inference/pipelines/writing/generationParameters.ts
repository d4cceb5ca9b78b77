import { z } from 'zod';
import { freshSeed } from '../../generation/random.js';
import {
  type GenerationSettings,
  generationFields,
  mergedSettings,
  type SettingsLayer,
} from '../../generation/settings.js';
import { type Languages, taskParametersOf } from '../../generation/taskParameters.js';
import type { Model } from '../model.js';
import { text } from '../request.js';

const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

const settingFields = Object.fromEntries(
  Object.entries(generationFields).map(([name, schema]) => [name, optional(schema as z.ZodType)]),
);

/** Parameters of every task that writes text; what is not known is passed over, but for ways of choosing tokens. */
export const writingParameters = {
  ...settingFields,
  /** The Hub's and an older name of `stop_strings`. */
  stop: optional(generationFields.stop_strings),
  stop_sequence: optional(generationFields.stop_strings),
  /** Each token is told when it is there. */
  stream: z.boolean().nullish(),
  details: z.boolean().nullish(),
  /** With the details, so many of the likeliest tokens for each place. */
  top_n_tokens: z.number().int().min(0).max(20).nullish(),
  decoder_input_details: z.boolean().nullish(),
  prefix: text.nullish(),
  /** Languages of a translation. */
  src_lang: text.nullish(),
  tgt_lang: text.nullish(),
  truncation: z.unknown().optional(),
  /** So many tokens of the prompt's end are read. */
  truncate: z.number().int().min(1).nullish(),
  clean_up_tokenization_spaces: z.boolean().nullish(),
} as const;

export const writingSchema = z.looseObject(writingParameters);
export type WritingParameters = z.output<typeof writingSchema>;

/** What the Python pipelines do where neither files nor callers say otherwise. */
export const engineDefaults = {
  /** Free text is drawn at random. */
  decoder: { max_new_tokens: 256, do_sample: true, temperature: 0.7 },
  encoderDecoder: { max_new_tokens: 256, num_beams: 4 },
  /** Of an image. */
  caption: { max_new_tokens: 256 },
} as const;

export interface Writing {
  readonly settings: GenerationSettings;
  /** Is put before the input. */
  readonly prefix: string;
  readonly stops: readonly string[];
}

/**
 * The settings of a call, by precedence: engine < config.json < generation_config.json < task_specific_params < parameters,
 * where those of the card stand under those of the request. A generation_config.json that was made from config.json
 * (`_from_model_config`) holds all that it said: what it leaves out is not said.
 *
 * Two rules are those of the Python pipelines, whose answers are the measure. Their four beams stand above a number of beams
 * in generation_config.json; and their 256 new tokens give way to a `max_length` there, but not to one of task_specific_params.
 * @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE
 */
export function writingOf(
  { settings: { config, generation } }: Pick<Model, 'settings'>,
  kind: keyof typeof engineDefaults,
  task: string,
  parameters: WritingParameters,
): Writing {
  const engine = engineDefaults[kind];
  const specific = taskParametersOf(config.task_specific_params, task, askedLanguages(parameters));
  const stops = [parameters.stop_strings, parameters.stop, parameters.stop_sequence].flatMap((list) => list ?? []);
  const layers: readonly SettingsLayer[] = [
    { name: 'the engine', values: engine },
    {
      name: 'config.json',
      values: withoutUsualLength(generation._from_model_config === true ? {} : config),
      replacesLengths: true,
    },
    { name: 'generation_config.json', values: withoutUsualLength(generation), replacesLengths: true },
    { name: 'the engine', values: 'num_beams' in engine ? { num_beams: engine.num_beams } : {} },
    { name: 'task_specific_params', values: specific.settings },
    {
      name: 'parameters',
      values: stops.length > 0 ? { ...parameters, stop_strings: stops } : parameters,
      isRequest: true,
      replacesLengths: true,
    },
  ];
  const merged = mergedSettings(layers);
  // Told with the answer, so that it can be drawn again.
  const settings = merged.do_sample ? { ...merged, seed: merged.seed ?? freshSeed() } : merged;
  return {
    settings,
    prefix: parameters.prefix ?? prefixOf(specific.prefix, config),
    stops: settings.stop_strings ?? [],
  };
}

export function askedLanguages({ src_lang, tgt_lang }: WritingParameters): Languages {
  return { from: src_lang || null, to: tgt_lang || null };
}

/** 20 is what files of older versions say where nothing was said. */
function withoutUsualLength({ max_length, ...values }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return max_length === 20 ? values : { ...values, max_length };
}

function prefixOf(ofTask: string, { prefix }: Readonly<Record<string, unknown>>): string {
  return ofTask || (typeof prefix === 'string' ? prefix : '');
}

/** A token's id by generation_config.json, else config.json; null when neither names it. */
export function generationIdOf(
  { settings: { generation, config } }: Model,
  name: 'bos_token_id' | 'decoder_start_token_id',
): number | null {
  const id = generation[name] ?? config[name];
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 ? id : null;
}

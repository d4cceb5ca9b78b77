import { isJsonObject } from '../../../../config/jsonObject.js';
import type { Model } from '../../../pipelines/model.js';
import { type Json, readJson, tokenText, unavailable } from '../../tokenFiles.js';
import type { WhisperTokens } from './speechText.js';

/** What generation_config.json says of a Whisper model. */
export interface WhisperFacts {
  /** Of generation_config.json, or where there is none of config.json. */
  readonly generation: Json;
  readonly startId: number;
  readonly endId: number;
  /** Ids by tokens `<|en|>`; null for models of one language. */
  readonly languages: ReadonlyMap<string, number> | null;
  readonly tasks: ReadonlyMap<string, number> | null;
  readonly isMultilingual: boolean;
  /** Said before what is spoken when no times are wanted; null for models that have no such token. */
  readonly noTimestampsId: number | null;
  /** Ids that the text begins with where neither language nor task is asked for; null = to be found out. */
  readonly forcedIds: readonly (number | null)[];
  /** Layers and heads of the decoder that follow the sound. */
  readonly alignmentHeads: readonly (readonly [number, number])[];
}

/** @throws HubError INFERENCE_UNAVAILABLE */
export function whisperFacts({ settings: { config, generation: file } }: Model): WhisperFacts {
  const generation = Object.keys(file).length > 0 ? file : config;
  const id = (name: string) => idOf(generation[name]) ?? idOf(config[name]);
  const startId = id('decoder_start_token_id');
  const endId = id('eos_token_id');
  if (startId === null || endId === null)
    throw unavailable('generation_config.json must name the decoder_start_token_id and the eos_token_id');
  return {
    generation,
    startId,
    endId,
    languages: idsByName(generation.lang_to_id),
    tasks: idsByName(generation.task_to_id),
    isMultilingual: generation.is_multilingual !== false,
    noTimestampsId: idOf(generation.no_timestamps_token_id),
    forcedIds: forcedIds(generation.forced_decoder_ids ?? config.forced_decoder_ids),
    alignmentHeads: pairs(generation.alignment_heads),
  };
}

/** What the tokens mean. @throws HubError INFERENCE_UNAVAILABLE when there is no tokenizer */
export async function whisperTokens(model: Model, facts: WhisperFacts, timeStep: number): Promise<WhisperTokens> {
  const { tokenizer } = model;
  const noTimestamps = tokenizer.idOf('<|notimestamps|>') ?? facts.noTimestampsId;
  return {
    firstTime: noTimestamps === null ? Number.POSITIVE_INFINITY : noTimestamps + 1,
    special: await specialIds(model),
    end: facts.endId,
    timeStep,
    tokenOf: (id) => tokenizer.tokenOf(id),
    decode: async (ids) => (await tokenizer.decode(ids, false)).replaceAll(/<\|\d+\.\d+\|>/g, ''),
  };
}

const specialNames = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

async function specialIds(model: Model): Promise<ReadonlySet<number>> {
  const sources = [model.settings.tokenizer, (await readJson(model, 'special_tokens_map.json')) ?? {}];
  const named = sources.flatMap((source) => specialNames.map((name) => source[name]));
  const more = sources.flatMap((source) => source.additional_special_tokens ?? []);
  const texts = [...named, ...more].map(tokenText).filter((text) => text !== null);
  return new Set(texts.map((text) => model.tokenizer.idOf(text)).filter((id) => id !== null));
}

function idOf(value: unknown): number | null {
  const one = Array.isArray(value) ? value[0] : value;
  return Number.isSafeInteger(one) && one >= 0 ? one : null;
}

function idsByName(value: unknown): ReadonlyMap<string, number> | null {
  if (!isJsonObject(value)) return null;
  return new Map(
    Object.entries(value).flatMap(([name, id]) => (idOf(id) === null ? [] : [[name, idOf(id)!] as const])),
  );
}

/** `[[1, id], [2, id]…]`, as far as the places follow each other. */
function forcedIds(value: unknown): readonly (number | null)[] {
  if (!Array.isArray(value)) return [];
  const broken = value.findIndex((pair, index) => !Array.isArray(pair) || pair[0] !== index + 1);
  return value.slice(0, broken < 0 ? value.length : broken).map(([, id]) => idOf(id));
}

function pairs(value: unknown): readonly (readonly [number, number])[] {
  if (!Array.isArray(value)) return [];
  return value.filter((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger));
}

import { isMapping, text } from '../../../indexer/card/values.js';
import type { Mapping, RepoFacts } from './repoFacts.js';

/** Of config.json, what says how a model is loaded. */
const loading = ['architectures', 'model_type', 'auto_map', 'quantization_config'] as const;
/** Of tokenizer_config.json, what says how a prompt is made. */
const prompting = [
  'bos_token',
  'eos_token',
  'unk_token',
  'pad_token',
  'mask_token',
  'sep_token',
  'cls_token',
  'chat_template',
  'use_default_system_prompt',
] as const;
const maxCharacters = 200_000;

/** The property `config`: what the small files of a model say of how it is loaded and asked. Undefined where they say nothing. */
export async function transformersConfig({ json }: RepoFacts): Promise<Record<string, unknown> | undefined> {
  const [model, tokenizer, adapter, pipeline] = await Promise.all(
    ['config.json', 'tokenizer_config.json', 'adapter_config.json', 'model_index.json'].map(json),
  );
  const parts = {
    ...partOf(model, loading),
    ...named('tokenizer_config', partOf(tokenizer, prompting)),
    ...named('peft', partOf(adapter, ['base_model_name_or_path', 'task_type', 'peft_type'])),
    ...named('diffusers', partOf(pipeline, ['_class_name'])),
  };
  return Object.keys(parts).length > 0 ? parts : undefined;
}

/** Values that are small; a special token may be an object with its text in `content`. */
function partOf(file: Mapping | null | undefined, keys: readonly string[]): Record<string, unknown> {
  const entries = keys
    .map((key) => [key, tokenText(file?.[key])] as const)
    .filter(([, value]) => value !== undefined && value !== null && JSON.stringify(value).length <= maxCharacters);
  return Object.fromEntries(entries);
}

function tokenText(value: unknown): unknown {
  return isMapping(value) && 'content' in value ? (text(value.content) ?? undefined) : value;
}

function named(name: string, part: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(part).length > 0 ? { [name]: part } : {};
}

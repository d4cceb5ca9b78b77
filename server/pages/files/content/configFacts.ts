import { isJsonObject } from '../../../../config/jsonObject.js';
import { taskOfArchitecture } from '../../../../indexer/tags/architectures.js';
import { taskLabel } from '../../../../views/labels.js';

export type Facts = readonly (readonly [label: string, value: string])[];

const maxValue = 200;
const maxLabels = 10;

/** Fields of a config.json, with the names that families give the same thing: the first that is there counts. */
const configFields: readonly (readonly [label: string, keys: readonly string[]])[] = [
  ['Model type', ['model_type']],
  ['Vocabulary', ['vocab_size']],
  ['Hidden size', ['hidden_size', 'd_model', 'n_embd', 'dim']],
  ['Layers', ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers', 'encoder_layers']],
  ['Attention heads', ['num_attention_heads', 'n_head', 'n_heads', 'encoder_attention_heads']],
  ['Longest input', ['max_position_embeddings', 'n_positions', 'n_ctx']],
  ['Image size', ['image_size']],
  ['Type of the weights', ['torch_dtype', 'dtype']],
  ['Quantised by', ['quantization_config']],
];

/** What a config.json or tokenizer_config.json says, in short; null for other files and for what is no such thing. */
export function configFacts(path: string, text: string): Facts | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const read = name === 'config.json' ? modelFacts : name === 'tokenizer_config.json' ? tokenizerFacts : null;
  const config = read && parsed(text);
  const facts = config ? read(config) : [];
  return facts.length > 0 ? facts : null;
}

type Config = Readonly<Record<string, unknown>>;

function modelFacts(config: Config): Facts {
  const names = Array.isArray(config.architectures)
    ? config.architectures.filter((one) => typeof one === 'string')
    : [];
  const architecture = names[0] ?? '';
  const task = architecture
    ? taskOfArchitecture(architecture.replace(/^(TF|Flax)/, ''), 'vision_config' in config)
    : null;
  const labels = labelsOf(config);
  return tidy([
    ['Architecture', names.join(', ')],
    ['Task', task ? taskLabel(task) : ''],
    ...configFields.map(([label, keys]) => [label, valueAt(config, keys)] as const),
    ['Labels', labels.length > 0 ? `${labels.length}: ${labels.slice(0, maxLabels).join(', ')}` : ''],
  ]);
}

function tokenizerFacts(config: Config): Facts {
  const special = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
  const tokens = special.flatMap((key) => {
    const token = typeof config[key] === 'object' && config[key] ? (config[key] as Config).content : config[key];
    return typeof token === 'string' ? [token] : [];
  });
  return tidy([
    ['Class', valueAt(config, ['tokenizer_class'])],
    ['Longest input', longest(config.model_max_length)],
    ['Lower case', valueAt(config, ['do_lower_case'])],
    ['Special tokens', [...new Set(tokens)].join(' ')],
    ['Chat template', config.chat_template ? 'yes' : ''],
  ]);
}

/** transformers writes a number of 30 digits for "no limit". */
function longest(value: unknown): string {
  return typeof value === 'number' && value < 1e12 ? String(value) : '';
}

function labelsOf({ id2label }: Config): readonly string[] {
  return typeof id2label === 'object' && id2label !== null
    ? Object.values(id2label).filter((label) => typeof label === 'string')
    : [];
}

function valueAt(config: Config, keys: readonly string[]): string {
  const value = keys.map((key) => (Object.hasOwn(config, key) ? config[key] : null)).find((one) => one != null);
  if (typeof value === 'object' && value) return String((value as Config).quant_method ?? '');
  return value === undefined ? '' : String(value);
}

function tidy(rows: readonly (readonly [string, string])[]): Facts {
  return rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => [label, value.length > maxValue ? `${value.slice(0, maxValue)}…` : value] as const);
}

function parsed(text: string): Config | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

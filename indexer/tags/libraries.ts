import { libraries, namesLibrary } from '../../config/vocabulary/libraries.js';
import { isMapping, text, textList } from '../card/values.js';
import type { RevisionFacts, TagEvidence } from './types.js';

export interface FoundLibrary {
  readonly name: string;
  readonly evidence: TagEvidence;
}

/** The library of a model: the card's word, a card tag that is a library, the files, then a transformers config.json. */
export function findLibrary(facts: RevisionFacts): FoundLibrary | null {
  return fromCard(facts) ?? fromCardTags(facts) ?? fromFiles(facts) ?? fromConfig(facts) ?? fromFormat(facts);
}

function fromCard({ card }: RevisionFacts): FoundLibrary | null {
  const said = text(card?.metadata.library_name);
  if (!said) return null;
  const key = said.toLowerCase();
  const name = Object.hasOwn(libraries, key) ? key : said.slice(0, 100);
  return { name, evidence: { rule: 'card', file: 'README.md', key: 'library_name' } };
}

function fromCardTags({ card }: RevisionFacts): FoundLibrary | null {
  const name = textList(card?.metadata.tags).find(namesLibrary);
  return name ? { name, evidence: { rule: 'card', file: 'README.md', key: 'tags' } } : null;
}

export interface FileRule {
  readonly library: string;
  /** The first path that it matches stands as evidence. */
  readonly file: RegExp;
  /** Each of these must match some path too. */
  readonly beside?: readonly RegExp[];
}

/** Files that only one library writes, most telling first. */
export const libraryFiles: readonly FileRule[] = [
  { library: 'setfit', file: /^(config_setfit\.json|model_head\.pkl)$/ },
  {
    library: 'sentence-transformers',
    file: /^(modules\.json|config_sentence_transformers\.json|sentence_bert_config\.json|1_Pooling\/config\.json)$/,
  },
  { library: 'open_clip', file: /^open_clip_config\.json$/ },
  { library: 'adapter-transformers', file: /^(pytorch_adapter\.bin|head_config\.json)$/ },
  { library: 'gliner', file: /^gliner_config\.json$/ },
  { library: 'bm25s', file: /^params\.index\.json$/ },
  { library: 'speechbrain', file: /^hyperparams\.yaml$/ },
  { library: 'nemo', file: /^[^/]+\.nemo$/ },
  { library: 'sklearn', file: /^sklearn_model\.joblib$/ },
  { library: 'bertopic', file: /^topics\.json$/, beside: [/^ctfidf/] },
  { library: 'paddlenlp', file: /^model_state\.pdparams$/ },
  { library: 'stanza', file: /^models\/default\.zip$/ },
  { library: 'spacy', file: /^[^/]+-any-py3-none-any\.whl$/ },
  { library: 'spacy', file: /^config\.cfg$/, beside: [/^meta\.json$/] },
  { library: 'espnet', file: /^meta\.yaml$/, beside: [/^exp\//] },
  { library: 'fastai', file: /^model\.pkl$/, beside: [/^pyproject\.toml$/] },
  { library: 'ml-agents', file: /^configuration\.yaml$/, beside: [/^[^/]+\.onnx$/, /^run_logs\//] },
  { library: 'sample-factory', file: /^cfg\.json$/ },
  { library: 'mlc-llm', file: /^mlc-chat-config\.json$/ },
  { library: 'keras-hub', file: /^task\.json$/, beside: [/^preprocessor\.json$/] },
  { library: 'keras', file: /^[^/]+\.keras$/ },
  { library: 'keras', file: /^model\.weights\.h5$/, beside: [/^metadata\.json$/] },
  { library: 'tf-keras', file: /^keras_metadata\.pb$/, beside: [/^saved_model\.pb$/] },
  { library: 'rkllm', file: /\.rkllm$/ },
  { library: 'litert-lm', file: /\.litertlm$/ },
];

function fromFiles(facts: RevisionFacts): FoundLibrary | null {
  const paths = facts.files.map((file) => file.path);
  const known = fromJson(facts);
  if (known) return known;
  for (const { library, file, beside = [] } of libraryFiles) {
    const path = paths.find((candidate) => file.test(candidate));
    if (path && beside.every((pattern) => paths.some((candidate) => pattern.test(candidate)))) {
      return { name: library, evidence: { rule: 'file name', file: path } };
    }
  }
  return null;
}

/** Libraries told by a key inside a JSON file. */
function fromJson({ json, files }: RevisionFacts): FoundLibrary | null {
  const pipeline = json['model_index.json'] ?? json['modular_model_index.json'];
  if (isMapping(pipeline) && (pipeline._class_name !== undefined || pipeline._diffusers_version !== undefined)) {
    const file = isMapping(json['model_index.json']) ? 'model_index.json' : 'modular_model_index.json';
    return { name: 'diffusers', evidence: { rule: 'config', file, key: '_class_name' } };
  }
  const adapter = json['adapter_config.json'];
  if (isMapping(adapter)) {
    if (text(adapter.peft_type))
      return { name: 'peft', evidence: { rule: 'config', file: 'adapter_config.json', key: 'peft_type' } };
    return { name: 'adapter-transformers', evidence: { rule: 'file name', file: 'adapter_config.json' } };
  }
  const config = json['config.json'];
  if (!isMapping(config)) return null;
  const inConfig = (key: string): TagEvidence => ({ rule: 'config', file: 'config.json', key });
  if (isMapping(config.sklearn)) return { name: 'sklearn', evidence: inConfig('sklearn') };
  if (isMapping(config.speechbrain) || text(config.speechbrain_interface))
    return { name: 'speechbrain', evidence: inConfig('speechbrain') };
  if (config.policy_class !== undefined && files.some((file) => /^[^/]+\.zip$/.test(file.path))) {
    return { name: 'stable-baselines3', evidence: inConfig('policy_class') };
  }
  if (config.model_type === 'span-marker') return { name: 'span-marker', evidence: inConfig('model_type') };
  const isTimm =
    !config.model_type && text(config.architecture) && ('pretrained_cfg' in config || 'num_features' in config);
  return isTimm ? { name: 'timm', evidence: inConfig('architecture') } : null;
}

function fromConfig({ json }: RevisionFacts): FoundLibrary | null {
  const config = json['config.json'];
  if (!isMapping(config)) return null;
  const key = text(config.model_type)
    ? 'model_type'
    : textList(config.architectures).length > 0
      ? 'architectures'
      : null;
  return key ? { name: 'transformers', evidence: { rule: 'config', file: 'config.json', key } } : null;
}

/** Formats that bring their own runtime, when nothing else tells a library. */
export const ownRuntime: readonly (readonly [library: string, pattern: RegExp])[] = [
  ['gguf', /\.gguf$/],
  ['coreml', /\.mlmodel$/],
  ['litert', /\.tflite$/],
];

function fromFormat({ files }: RevisionFacts): FoundLibrary | null {
  for (const [name, pattern] of ownRuntime) {
    const file = files.find(({ path }) => pattern.test(path));
    if (file) return { name, evidence: { rule: 'file name', file: file.path } };
  }
  return null;
}

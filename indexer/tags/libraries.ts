import { libraries } from '../../config/vocabulary/libraries.js';
import { isMapping, text, textList } from '../card/values.js';
import type { RevisionFacts, TagEvidence } from './types.js';

export interface FoundLibrary {
  readonly name: string;
  readonly evidence: TagEvidence;
}

/** The library of a model: the card's word, a card tag that is a library, the files, then a transformers config.json. */
export function findLibrary(facts: RevisionFacts): FoundLibrary | null {
  return fromCard(facts) ?? fromCardTags(facts) ?? fromFiles(facts) ?? fromConfig(facts);
}

function fromCard({ card }: RevisionFacts): FoundLibrary | null {
  const name = text(card?.metadata.library_name);
  return name ? { name, evidence: { rule: 'card', file: 'README.md', key: 'library_name' } } : null;
}

function fromCardTags({ card }: RevisionFacts): FoundLibrary | null {
  const name = textList(card?.metadata.tags).find((tag) => Object.hasOwn(libraries, tag));
  return name ? { name, evidence: { rule: 'card', file: 'README.md', key: 'tags' } } : null;
}

/** Files that only one library writes, most telling first. */
const tellingFiles: readonly (readonly [library: string, pattern: RegExp])[] = [
  ['diffusers', /^model_index\.json$/],
  ['setfit', /^(config_setfit\.json|model_head\.pkl)$/],
  ['sentence-transformers', /^(modules\.json|config_sentence_transformers\.json|sentence_bert_config\.json|1_Pooling\/config\.json)$/],
  ['open_clip', /^open_clip_config\.json$/],
  ['gliner', /^gliner_config\.json$/],
  ['bm25s', /^params\.index\.json$/],
  ['speechbrain', /^hyperparams\.yaml$/],
  ['nemo', /\.nemo$/],
  ['sklearn', /^sklearn_model\.joblib$/],
  ['bertopic', /^topics\.json$/],
  ['paddlenlp', /^model_state\.pdparams$/],
  ['stanza', /^models\/default\.zip$/],
  ['spacy', /-any-py3-none-any\.whl$/],
  ['mlc-llm', /^mlc-chat-config\.json$/],
  ['coreml', /\.mlmodel$/],
];

function fromFiles(facts: RevisionFacts): FoundLibrary | null {
  const paths = facts.files.map((file) => file.path);
  const adapter = facts.json['adapter_config.json'];
  if (isMapping(adapter)) {
    const name = adapter.peft_type ? 'peft' : 'adapter-transformers';
    return { name, evidence: { rule: 'file', file: 'adapter_config.json', ...(adapter.peft_type ? { key: 'peft_type' } : {}) } };
  }
  for (const [name, pattern] of tellingFiles) {
    const file = paths.find((path) => pattern.test(path));
    if (file) return { name, evidence: { rule: 'file name', file } };
  }
  if (paths.includes('meta.json') && paths.includes('config.cfg')) {
    return { name: 'spacy', evidence: { rule: 'file name', file: 'config.cfg' } };
  }
  const config = facts.json['config.json'];
  if (isMapping(config) && !config.model_type && text(config.architecture) && ('pretrained_cfg' in config || 'num_features' in config)) {
    return { name: 'timm', evidence: { rule: 'config', file: 'config.json', key: 'architecture' } };
  }
  const gguf = paths.find((path) => path.endsWith('.gguf'));
  if (gguf && !isMapping(config)) return { name: 'gguf', evidence: { rule: 'file name', file: gguf } };
  return null;
}

function fromConfig({ json }: RevisionFacts): FoundLibrary | null {
  const config = json['config.json'];
  if (!isMapping(config)) return null;
  if (config.model_type === 'span-marker') return { name: 'span-marker', evidence: { rule: 'config', file: 'config.json', key: 'model_type' } };
  const key = text(config.model_type) ? 'model_type' : Array.isArray(config.architectures) ? 'architectures' : null;
  return key ? { name: 'transformers', evidence: { rule: 'config', file: 'config.json', key } } : null;
}


import { isMapping, text, textList } from '../card/values.js';
import type { BaseModel, RevisionFacts } from './types.js';

const relations = ['adapter', 'merge', 'quantized', 'finetune'] as const;

/** Models that the card says this one comes from, with their relation: the card's own word, else told by the files. */
export function readBaseModels(facts: RevisionFacts): readonly BaseModel[] {
  const metadata = facts.card?.metadata ?? {};
  const said = relations.find((relation) => relation === metadata.base_model_relation);
  const ids = textList(metadata.base_model);
  if (ids.length > 0) return withRelation(ids, said ?? inferRelation(facts, ids.length));
  // An older spelling of the same.
  return withRelation(textList(metadata.finetuned_from), said ?? 'finetune');
}

function withRelation(ids: readonly string[], relation: BaseModel['relation']): readonly BaseModel[] {
  return ids.map((id) => ({ id, relation }));
}

function inferRelation(facts: RevisionFacts, count: number): BaseModel['relation'] {
  if (count > 1) return 'merge';
  if (isAdapter(facts)) return 'adapter';
  return isQuantized(facts) ? 'quantized' : 'finetune';
}

function isAdapter({ card, files }: RevisionFacts): boolean {
  const library = text(card?.metadata.library_name);
  if (library === 'peft' || library === 'adapter-transformers') return true;
  if (textList(card?.metadata.tags).includes('lora')) return true;
  return files.some((file) => file.path === 'adapter_config.json');
}

function isQuantized({ files, json, repo }: RevisionFacts): boolean {
  const config = json['config.json'];
  if (isMapping(config) && (isMapping(config.quantization_config) || isMapping(config.quantization))) return true;
  if (/-(GGUF|AWQ|GPTQ|4bit|8bit|FP8|ONNX)$/i.test(repo.name)) return true;
  const paths = files.map((file) => file.path);
  if (paths.some((path) => path.endsWith('.gguf'))) return true;
  const trainable = paths.some((path) =>
    /\.(safetensors|pt|pth|h5|msgpack)$|(^|\/)pytorch_model[^/]*\.bin$/.test(path),
  );
  return !trainable && paths.some((path) => /\.onnx$|openvino_model[^/]*\.xml$/.test(path));
}

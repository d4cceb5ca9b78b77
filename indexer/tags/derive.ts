import { isTask } from '../../config/tasks.js';
import { isLibrary } from '../../config/vocabulary/libraries.js';
import { isSwitchWord } from '../card/fields.js';
import { readModelIndex } from '../card/modelIndex.js';
import { isMapping, text, textList } from '../card/values.js';
import { arxivIds, summaryOf } from './cardText.js';
import { frameworkTags } from './frameworks.js';
import { findGraphs, hasTokenizerFiles } from './graphs.js';
import { findLibrary } from './libraries.js';
import { countParameters } from './parameters.js';
import { findTask, hasChatTemplate, taskSpecificParameters } from './pipeline.js';
import { TagList } from './tagList.js';
import type { BaseModel, ModelRecord, RevisionFacts, Tag, TagEvidence, TagFacet } from './types.js';
import { readWidgetExamples } from './widgetExamples.js';

/**
 * What a revision says about itself: one pure function of (tree, card, config, headers). Tags come in the API's order:
 * frameworks and formats, model_type, task, `pipeline:*`; then from the card languages, `dataset:`, `metric:`, `arxiv:`,
 * library, own tags in card order, `base_model:`, and `license:` last.
 */
export function deriveRecord(facts: RevisionFacts): ModelRecord {
  const metadata = facts.card?.metadata ?? {};
  const isDataset = facts.repo.kind === 'dataset';
  const config = isMapping(facts.json['config.json']) ? facts.json['config.json'] : {};
  const library = isDataset ? null : findLibrary(facts);
  const task = isDataset ? null : findTask(facts, library?.name ?? null);
  const widget = readWidgetExamples(metadata.widget, task?.task ?? null, facts.card?.lines.widget);
  const inference = readInference(metadata.inference);
  const baseModels = readBaseModels(facts);
  const taskParameters = taskSpecificParameters(facts.json);
  const licenses = textList(metadata.license).map((id) => id.toLowerCase());
  const tags = isDataset ? datasetTags(facts) : modelTags(facts, { library, task, taskParameters, baseModels });
  return {
    commit: facts.commit,
    tags,
    pipelineTag: task?.task ?? null,
    pipelineEvidence: task?.evidence ?? null,
    libraryName: library?.name ?? null,
    libraryEvidence: library?.evidence ?? null,
    modelType: text(config.model_type),
    architectures: textList(config.architectures),
    taskParameters,
    languages: languagesOf(metadata),
    license: licenses[0] ?? null,
    licenseName: text(metadata.license_name),
    licenseLink: text(metadata.license_link),
    datasets: textList(metadata.datasets),
    metrics: textList(metadata.metrics),
    arxiv: tags.filter((tag) => tag.facet === 'arxiv').map((tag) => tag.name.slice('arxiv:'.length)),
    baseModels,
    evaluations: readModelIndex(metadata['model-index']),
    carbonGrams: readCarbon(metadata.co2_eq_emissions),
    parameters: countParameters(facts.headers),
    weights: Object.entries(facts.headers).map(([path, header]) => ({
      path,
      format: header.format,
      sizeBytes: facts.files.find((file) => file.path === path)?.sizeBytes ?? 0,
      warnings: header.warnings,
    })),
    inference: inference.on,
    inferenceParameters: inference.parameters,
    widgetExamples: widget.examples,
    thumbnail: typeof metadata.thumbnail === 'string' ? metadata.thumbnail.trim() || null : null,
    summary: facts.card ? summaryOf(facts.card.body) : null,
    hasCard: facts.card !== null,
    graphs: isDataset ? [] : findGraphs(facts.files),
    hasTokenizer: hasTokenizerFiles(facts.files),
    problems: [...facts.problems, ...widget.problems],
    usedStorageBytes: facts.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

interface Derived {
  readonly library: ReturnType<typeof findLibrary>;
  readonly task: ReturnType<typeof findTask>;
  readonly taskParameters: ModelRecord['taskParameters'];
  readonly baseModels: readonly BaseModel[];
}

function modelTags(facts: RevisionFacts, { library, task, taskParameters, baseModels }: Derived): readonly Tag[] {
  const list = new TagList();
  const config = isMapping(facts.json['config.json']) ? facts.json['config.json'] : {};
  const fromConfig = (key: string): TagEvidence => ({ rule: 'config', file: 'config.json', key });
  for (const tag of frameworkTags(facts.files)) list.add(tag);
  const modelType = text(config.model_type);
  if (modelType) list.put(modelType, 'other', fromConfig('model_type'));
  if (task) list.put(task.task, 'task', task.evidence);
  for (const key of Object.keys(taskParameters)) list.put(`pipeline:${key}`, 'pipeline', fromConfig(`task_specific_params.${key}`));
  addQuantization(list, config, fromConfig);
  if (isMapping(config.auto_map) && Object.keys(config.auto_map).length > 0) list.put('custom_code', 'other', fromConfig('auto_map'));
  if (hasChatTemplate(facts)) list.put('conversational', 'other', { rule: 'chat template', file: 'tokenizer_config.json' });
  addCardTags(list, facts, library?.name ?? null, library?.evidence ?? null);
  for (const { id, relation } of baseModels) {
    list.put(`base_model:${id}`, 'base_model', card('base_model'));
    if (relation) list.put(`base_model:${relation}:${id}`, 'base_model', card('base_model'));
  }
  addLicenses(list, facts);
  return list.tags;
}

function addCardTags(list: TagList, facts: RevisionFacts, library: string | null, evidence: TagEvidence | null): void {
  const metadata = facts.card?.metadata ?? {};
  for (const code of languagesOf(metadata)) list.put(code, 'language', card('language'));
  for (const id of textList(metadata.datasets)) list.put(`dataset:${id}`, 'dataset', card('datasets'));
  for (const id of textList(metadata.metrics)) list.put(`metric:${id}`, 'metric', card('metrics'));
  for (const id of facts.card ? arxivIds(facts.card.body) : []) list.put(`arxiv:${id}`, 'arxiv', { rule: 'link in the card', file: 'README.md' });
  if (library) list.put(library, 'library', evidence ?? card('library_name'));
  for (const tag of textList(metadata.tags).slice(0, 200)) list.put(tag.slice(0, 100), facetOf(tag), card('tags'));
}

function addLicenses(list: TagList, facts: RevisionFacts): void {
  for (const id of textList(facts.card?.metadata.license)) list.put(`license:${id.toLowerCase()}`, 'license', card('license'));
}

function addQuantization(list: TagList, config: Readonly<Record<string, unknown>>, fromConfig: (key: string) => TagEvidence): void {
  const inner = isMapping(config.text_config) ? config.text_config.quantization_config : undefined;
  const settings = config.quantization_config ?? inner ?? config.quantization;
  if (!isMapping(settings)) return;
  const bits = settings.bits ?? (settings.load_in_4bit ? 4 : settings.load_in_8bit ? 8 : undefined);
  if (typeof bits === 'number' && bits > 0 && bits <= 16) list.put(`${bits}-bit`, 'other', fromConfig('quantization_config'));
  const method = text(settings.quant_method);
  if (method) list.put(method, 'other', fromConfig('quantization_config.quant_method'));
}

/** Fields of a dataset card that become `field:value` tags (dataset card specification). */
const datasetFields = [
  'task_categories',
  'task_ids',
  'size_categories',
  'annotations_creators',
  'language_creators',
  'multilinguality',
  'source_datasets',
] as const;

function datasetTags(facts: RevisionFacts): readonly Tag[] {
  const list = new TagList();
  const metadata = facts.card?.metadata ?? {};
  for (const field of datasetFields) {
    for (const value of textList(metadata[field])) list.put(`${field}:${value}`, 'other', card(field));
  }
  for (const code of languagesOf(metadata)) list.put(`language:${code}`, 'language', card('language'));
  for (const id of facts.card ? arxivIds(facts.card.body) : []) list.put(`arxiv:${id}`, 'arxiv', { rule: 'link in the card', file: 'README.md' });
  for (const tag of textList(metadata.tags).slice(0, 200)) list.put(tag.slice(0, 100), 'other', card('tags'));
  addLicenses(list, facts);
  return list.tags;
}

function card(key: string): TagEvidence {
  return { rule: 'card', file: 'README.md', key };
}

function facetOf(tag: string): TagFacet {
  if (isTask(tag)) return 'task';
  if (isLibrary(tag)) return 'library';
  const prefix = /^(dataset|license|arxiv|doi|base_model|pipeline|metric):./.exec(tag)?.[1];
  return (prefix as TagFacet | undefined) ?? 'other';
}

/** `languages:` is an older spelling. Codes are lower case; what is no code is kept as written. */
function languagesOf(metadata: Readonly<Record<string, unknown>>): readonly string[] {
  return textList([...textList(metadata.language), ...textList(metadata.languages)].map((code) => code.toLowerCase()));
}

function readInference(value: unknown): { on: boolean; parameters: Readonly<Record<string, unknown>> } {
  if (isMapping(value)) return { on: true, parameters: isMapping(value.parameters) ? value.parameters : {} };
  const off = value === false || (isSwitchWord(value) && /^(false|no|off)$/i.test(String(value)));
  return { on: !off, parameters: {} };
}

function readCarbon(value: unknown): number | null {
  const grams = isMapping(value) ? value.emissions : value;
  const number = typeof grams === 'string' ? Number(grams) : grams;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

const relations = ['adapter', 'merge', 'quantized', 'finetune'] as const;

function readBaseModels(facts: RevisionFacts): readonly BaseModel[] {
  const metadata = facts.card?.metadata ?? {};
  const ids = textList(metadata.base_model ?? metadata.finetuned_from);
  if (ids.length === 0) return [];
  const said = relations.find((relation) => relation === metadata.base_model_relation);
  const relation = said ?? inferRelation(facts, ids.length);
  return ids.map((id) => ({ id, relation }));
}

function inferRelation({ card: readme, files, json, repo }: RevisionFacts, count: number): BaseModel['relation'] {
  if (count > 1) return 'merge';
  const paths = files.map((file) => file.path);
  const library = text(readme?.metadata.library_name);
  const tags = textList(readme?.metadata.tags);
  if (paths.includes('adapter_config.json') || library === 'peft' || library === 'adapter-transformers' || tags.includes('lora')) {
    return 'adapter';
  }
  const config = json['config.json'];
  const quantizedConfig = isMapping(config) && (config.quantization_config !== undefined || config.quantization !== undefined);
  const named = /-(GGUF|AWQ|GPTQ|4bit|8bit|FP8|ONNX)$/i.test(repo.name);
  const torch = paths.some((path) => /\.(safetensors|bin|pt|pth|h5|msgpack)$/.test(path));
  const converted = !torch && paths.some((path) => /\.(onnx|gguf)$/.test(path));
  return quantizedConfig || named || converted || paths.some((path) => path.endsWith('.gguf')) ? 'quantized' : 'finetune';
}

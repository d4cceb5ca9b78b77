import { isRepoId, type RepoKind, repoId } from '../../config/repo.js';
import { readCarbon, readCarbonDetails } from '../card/carbon.js';
import { readDeclaredSplits } from '../card/datasetInfo.js';
import { readModelIndex } from '../card/modelIndex.js';
import type { CardProblem } from '../card/types.js';
import { isMapping, isSwitchWord, text, textList } from '../card/values.js';
import { readBaseModels } from './baseModels.js';
import { languagesOf, licensesOf } from './cardTags.js';
import { summaryOf } from './cardText.js';
import { datasetTags } from './datasetTags.js';
import { ggufFacts } from './ggufFacts.js';
import { findGraphs, hasTokenizerFiles } from './graphs.js';
import { findLibrary } from './libraries.js';
import { modelTags } from './modelTags.js';
import { quantizationOf } from './packedWeights.js';
import { countParameters } from './parameters.js';
import { findTask, taskSpecificParameters } from './pipeline.js';
import { spaceTags } from './spaceTags.js';
import type { ModelRecord, RevisionFacts, Tag } from './types.js';
import { readWidgetExamples } from './widgetExamples.js';

/**
 * What a revision says about itself: one pure function of (tree, card, config, headers). Each stage is a file beside
 * this one. Tags come in the API's order: frameworks and formats, model_type, task, `pipeline:*`; then from the card
 * languages, `dataset:`, `metric:`, `arxiv:`, library, own tags in card order, `base_model:`, and `license:` last.
 * Never throws, whatever the files hold.
 */
export function deriveRecord(facts: RevisionFacts): ModelRecord {
  return derivers[facts.repo.kind](facts);
}

const derivers: Readonly<Record<RepoKind, (facts: RevisionFacts) => ModelRecord>> = {
  model: deriveModel,
  dataset: deriveDataset,
  space: deriveSpace,
};

/** Models, and as many datasets, that a space may name. */
const maxUsed = 200;

function deriveModel(facts: RevisionFacts): ModelRecord {
  const metadata = facts.card?.metadata ?? {};
  const config = isMapping(facts.json['config.json']) ? facts.json['config.json'] : {};
  const library = findLibrary(facts);
  const task = findTask(facts, library?.name ?? null);
  const widget = readWidgetExamples(metadata.widget, task?.task ?? null, facts.card?.lines.widget);
  const inference = readInference(metadata.inference);
  const baseModels = readBaseModels(facts);
  const tags = modelTags(facts, { library, task, baseModels });
  return {
    ...bareRecord(facts, tags),
    pipelineTag: task?.task ?? null,
    pipelineEvidence: task?.evidence ?? null,
    libraryName: library?.name ?? null,
    libraryEvidence: library?.evidence ?? null,
    modelType: text(config.model_type),
    architectures: textList(config.architectures),
    taskParameters: taskSpecificParameters(facts.json),
    datasets: textList(metadata.datasets),
    metrics: textList(metadata.metrics),
    baseModels,
    evaluations: readModelIndex(metadata['model-index']),
    carbonGrams: readCarbon(metadata.co2_eq_emissions),
    ...optional('carbonDetails', readCarbonDetails(metadata.co2_eq_emissions)),
    ...optional('newVersion', readNewVersion(metadata.new_version, facts.repo)),
    parameters: countParameters(facts.headers, quantizationOf(facts.json['config.json'])),
    weights: readWeights(facts),
    inference: inference.offWord === null,
    ...(inference.offWord === null ? {} : { inferenceSays: inference.offWord }),
    inferenceParameters: inference.parameters,
    widgetExamples: widget.examples,
    ...findGraphs(facts.files, facts.headers, config.model_type),
    hasTokenizer: hasTokenizerFiles(facts.files),
    problems: [...readingProblems(facts), ...widget.problems],
  };
}

function deriveDataset(facts: RevisionFacts): ModelRecord {
  const splits = readDeclaredSplits(facts.card?.metadata.dataset_info);
  return { ...bareRecord(facts, datasetTags(facts)), ...optional('declaredSplits', splits) };
}

function deriveSpace(facts: RevisionFacts): ModelRecord {
  const metadata = facts.card?.metadata ?? {};
  const idsIn = (value: unknown): readonly string[] => textList(value).filter(isRepoId).slice(0, maxUsed);
  return {
    ...bareRecord(facts, spaceTags(facts)),
    space: { sdk: text(metadata.sdk), models: idsIn(metadata.models), datasets: idsIn(metadata.datasets) },
  };
}

function optional<K extends string, V>(key: K, value: V | null): { readonly [P in K]?: V } {
  return (value === null ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

/** An id of another repository; anything else is left out. */
function readNewVersion(value: unknown, repo: RevisionFacts['repo']): string | null {
  const id = text(value);
  return id && isRepoId(id) && id.toLowerCase() !== repoId(repo).toLowerCase() ? id : null;
}

/** What every repository has; the rest says "none". */
function bareRecord(facts: RevisionFacts, tags: readonly Tag[]): ModelRecord {
  const metadata = facts.card?.metadata ?? {};
  return {
    commit: facts.commit,
    tags,
    pipelineTag: null,
    pipelineEvidence: null,
    libraryName: null,
    libraryEvidence: null,
    modelType: null,
    architectures: [],
    taskParameters: {},
    languages: languagesOf(metadata),
    license: licensesOf(metadata)[0] ?? null,
    licenseName: text(metadata.license_name),
    licenseLink: text(metadata.license_link),
    datasets: [],
    metrics: [],
    arxiv: tags.filter((tag) => tag.facet === 'arxiv').map((tag) => tag.name.slice('arxiv:'.length)),
    baseModels: [],
    evaluations: [],
    carbonGrams: null,
    parameters: null,
    weights: [],
    inference: true,
    inferenceParameters: {},
    widgetExamples: [],
    thumbnail: readThumbnail(metadata.thumbnail),
    summary: facts.card ? summaryOf(facts.card.body) : null,
    hasCard: facts.card !== null,
    graphs: [],
    hasTokenizer: false,
    problems: readingProblems(facts),
    usedStorageBytes: facts.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

/** What was found while reading, the card's own among it; whoever gathered the facts may have listed those already. */
function readingProblems({ problems, card }: RevisionFacts): readonly CardProblem[] {
  const told = new Set(problems.map((problem) => problem.message));
  return [...problems, ...(card?.problems ?? []).filter((problem) => !told.has(problem.message))];
}

function readWeights({ headers, files }: RevisionFacts): ModelRecord['weights'] {
  const sizes = new Map(files.map((file) => [file.path, file.sizeBytes]));
  return Object.entries(headers).map(([path, header]) => ({
    path,
    format: header.format,
    sizeBytes: sizes.get(path) ?? 0,
    warnings: header.warnings,
    ...optional('gguf', header.format === 'gguf' ? ggufFacts(path, header.metadata) : null),
  }));
}

/** `inference:` switches the API and the widget off (false, off, no, "false"), or gives default parameters. */
function readInference(value: unknown): { offWord: string | null; parameters: Readonly<Record<string, unknown>> } {
  if (isMapping(value)) return { offWord: null, parameters: isMapping(value.parameters) ? value.parameters : {} };
  const isOff = value === false || (isSwitchWord(value) && /^(false|no|off)$/i.test(String(value)));
  return { offWord: isOff ? String(value) : null, parameters: {} };
}

/** An http(s) address or a path in the repository; anything else is left out. */
function readThumbnail(value: unknown): string | null {
  const thumbnail = typeof value === 'string' ? value.trim() : '';
  if (/^https?:\/\//i.test(thumbnail)) return URL.canParse(thumbnail) ? thumbnail : null;
  const isPath = /^[^/:\\\0-\x1f][^:\\\0-\x1f]*$/.test(thumbnail) && !thumbnail.split('/').includes('..');
  return isPath ? thumbnail : null;
}

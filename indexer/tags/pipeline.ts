import { specificity, type TaskId, taskOf } from '../../config/tasks.js';
import { isMapping, text, textList } from '../card/values.js';
import { taskOfArchitecture } from './architectures.js';
import type { RevisionFacts, TagEvidence } from './types.js';

export interface FoundTask {
  readonly task: TaskId;
  readonly evidence: TagEvidence;
  /** What else says the same. */
  readonly also?: readonly TagEvidence[];
}

/** Libraries other than transformers that have one task by nature. */
export const libraryTasks: Readonly<Record<string, TaskId>> = {
  'sentence-transformers': 'sentence-similarity',
  timm: 'image-classification',
  spacy: 'token-classification',
  flair: 'token-classification',
  stanza: 'token-classification',
  'span-marker': 'token-classification',
  setfit: 'text-classification',
  bertopic: 'text-classification',
  asteroid: 'audio-to-audio',
  'stable-baselines3': 'reinforcement-learning',
  'ml-agents': 'reinforcement-learning',
  'sample-factory': 'reinforcement-learning',
};

/**
 * The task of a model: the card's `pipeline_tag`; else the most specific among card tags, architectures and
 * `task_specific_params`; for other libraries the card tags, then the library's own task, then the architecture.
 */
export function findTask(facts: RevisionFacts, library: string | null): FoundTask | null {
  const said = text(facts.card?.metadata.pipeline_tag);
  const fromCard = said ? taskOf(said) : null;
  if (fromCard) return { task: fromCard, evidence: { rule: 'card', file: 'README.md', key: 'pipeline_tag' } };
  const tags = tasksOfCardTags(facts);
  if (library === null || library === 'transformers' || library === 'transformers.js') {
    return mostSpecific([...tags, ...tasksOfArchitectures(facts), ...tasksOfParameters(facts)]);
  }
  return mostSpecific(tags) ?? taskOfLibrary(library, facts) ?? mostSpecific(tasksOfArchitectures(facts));
}

function mostSpecific(found: readonly FoundTask[]): FoundTask | null {
  const [best] = [...found].sort((a, b) => specificity(a.task) - specificity(b.task));
  if (!best) return null;
  const agreeing = found.filter(({ task }) => task === best.task).map(({ evidence }) => evidence);
  return { ...best, also: agreeing.slice(1) };
}

function tasksOfCardTags(facts: RevisionFacts): readonly FoundTask[] {
  const evidence: TagEvidence = { rule: 'card', file: 'README.md', key: 'tags' };
  return textList(facts.card?.metadata.tags).flatMap((tag): FoundTask[] => {
    const task = taskOf(tag);
    return task ? [{ task: unlessItChats(task, facts), evidence }] : [];
  });
}

/** The word `conversational` makes that task only of older models: with a chat template it says how text is generated. */
function unlessItChats(task: TaskId, facts: RevisionFacts): TaskId {
  return task === 'conversational' && chatTemplateEvidence(facts) !== null ? 'text-generation' : task;
}

/** Tasks that config.json's architectures say, in file order. */
function tasksOfArchitectures({ json }: RevisionFacts): readonly FoundTask[] {
  const config = json['config.json'];
  if (!isMapping(config)) return [];
  const hasVision = isMapping(config.vision_config);
  return textList(config.architectures).flatMap((name) => {
    const task = taskOfArchitecture(name, hasVision);
    return task
      ? [{ task, evidence: { rule: `architecture ${name}`, file: 'config.json', key: 'architectures' } }]
      : [];
  });
}

function tasksOfParameters(facts: RevisionFacts): readonly FoundTask[] {
  return facts.taskKeys.flatMap((key) => {
    const task = /^translation/.test(key) ? 'translation' : taskOf(key);
    const evidence = { rule: 'task parameters', file: 'config.json', key: `task_specific_params.${key}` };
    return task ? [{ task: unlessItChats(task, facts), evidence }] : [];
  });
}

function taskOfLibrary(library: string, { json }: RevisionFacts): FoundTask | null {
  if (library === 'diffusers') return taskOfDiffusers(json['model_index.json']);
  const task = Object.hasOwn(libraryTasks, library) ? libraryTasks[library]! : null;
  return task ? { task, evidence: { rule: `library ${library}` } } : null;
}

/** Words in the names of diffusers' pipeline classes that tell another task than text-to-image, first match wins. */
export const diffusersClasses: readonly (readonly [pattern: RegExp, task: TaskId])[] = [
  [/^ShapEImg2Img/, 'image-to-3d'],
  [/ImageToVideo|StableVideoDiffusion|ImgToVideo|I2V/, 'image-to-video'],
  [/Video/, 'text-to-video'],
  [/Img2Img|Inpaint|Pix2Pix|Upscale|ImageVariation|ImageEdit|Kontext/, 'image-to-image'],
  [/Audio|Music/, 'text-to-audio'],
  [/^ShapE/, 'text-to-3d'],
  [
    /^(DDPM|DDIM|PNDM|ScoreSdeVe|KarrasVe|LDM|DanceDiffusion|ConsistencyModel)Pipeline$/,
    'unconditional-image-generation',
  ],
];

function taskOfDiffusers(index: unknown): FoundTask {
  const className = isMapping(index) ? text(index._class_name) : null;
  const found = className ? diffusersClasses.find(([pattern]) => pattern.test(className)) : undefined;
  if (found)
    return {
      task: found[1],
      evidence: { rule: `pipeline class ${className}`, file: 'model_index.json', key: '_class_name' },
    };
  return { task: 'text-to-image', evidence: { rule: 'library diffusers' } };
}

/** `task_specific_params` of config.json: defaults by sub-key (their order is that of taskKeysOf). Sub-keys without a mapping give {}. */
export function taskSpecificParameters(
  json: RevisionFacts['json'],
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const config = json['config.json'];
  if (!isMapping(config) || !isMapping(config.task_specific_params)) return {};
  return Object.fromEntries(
    Object.entries(config.task_specific_params).map(([key, value]) => [key, isMapping(value) ? value : {}]),
  );
}

/** What shows that a model has a chat template: a key of its configuration, a file, or the metadata of a GGUF file. */
export function chatTemplateEvidence({ json, files, headers }: RevisionFacts): TagEvidence | null {
  const rule = 'chat template';
  for (const file of ['tokenizer_config.json', 'processor_config.json']) {
    const config = json[file];
    if (isMapping(config) && isTemplate(config.chat_template)) return { rule, file, key: 'chat_template' };
  }
  const own = files.find(({ path }) => path === 'chat_template.jinja' || path === 'chat_template.json');
  if (own) return { rule, file: own.path };
  const gguf = Object.keys(headers).find((path) => headers[path]!.metadata['tokenizer.chat_template']);
  return gguf ? { rule, file: gguf, key: 'tokenizer.chat_template' } : null;
}

/** A text, or a list of named ones. */
function isTemplate(value: unknown): boolean {
  return text(value) !== null || (Array.isArray(value) && value.length > 0);
}

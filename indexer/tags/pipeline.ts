import { isTask, specificity, type TaskId, taskOf } from '../../config/tasks.js';
import { isMapping, text, textList } from '../card/values.js';
import { taskOfArchitecture } from './architectures.js';
import type { RevisionFacts, TagEvidence } from './types.js';

export interface FoundTask {
  readonly task: TaskId;
  readonly evidence: TagEvidence;
}

/** Libraries other than transformers that have one task by nature. */
const libraryTasks: Readonly<Record<string, TaskId>> = {
  'sentence-transformers': 'sentence-similarity',
  diffusers: 'text-to-image',
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
  return mostSpecific(tags) ?? taskOfLibrary(library) ?? mostSpecific(tasksOfArchitectures(facts));
}

function mostSpecific(found: readonly FoundTask[]): FoundTask | null {
  return [...found].sort((a, b) => specificity(a.task) - specificity(b.task))[0] ?? null;
}

function tasksOfCardTags(facts: RevisionFacts): readonly FoundTask[] {
  const evidence: TagEvidence = { rule: 'card', file: 'README.md', key: 'tags' };
  return textList(facts.card?.metadata.tags)
    .filter(isTask)
    .map((task) => ({ task: task === 'conversational' && hasChatTemplate(facts) ? ('text-generation' as const) : task, evidence }));
}

/** Tasks that config.json's architectures say, in file order. */
export function tasksOfArchitectures({ json }: RevisionFacts): readonly FoundTask[] {
  const config = json['config.json'];
  if (!isMapping(config)) return [];
  const hasVision = isMapping(config.vision_config);
  return textList(config.architectures).flatMap((name) => {
    const task = taskOfArchitecture(name, hasVision);
    return task ? [{ task, evidence: { rule: `architecture ${name}`, file: 'config.json', key: 'architectures' } }] : [];
  });
}

function tasksOfParameters({ json }: RevisionFacts): readonly FoundTask[] {
  return Object.keys(taskSpecificParameters(json)).flatMap((key) => {
    const task = /^translation/.test(key) ? 'translation' : isTask(key) ? key : null;
    return task ? [{ task, evidence: { rule: 'task parameters', file: 'config.json', key: `task_specific_params.${key}` } }] : [];
  });
}

function taskOfLibrary(library: string): FoundTask | null {
  const task = Object.hasOwn(libraryTasks, library) ? libraryTasks[library]! : null;
  return task ? { task, evidence: { rule: `library ${library}` } } : null;
}

/** `task_specific_params` of config.json: defaults by sub-key, in file order. Sub-keys without a mapping give {}. */
export function taskSpecificParameters(json: RevisionFacts['json']): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const config = json['config.json'];
  if (!isMapping(config) || !isMapping(config.task_specific_params)) return {};
  return Object.fromEntries(
    Object.entries(config.task_specific_params).map(([key, value]) => [key, isMapping(value) ? value : {}]),
  );
}

export function hasChatTemplate({ json, files }: Pick<RevisionFacts, 'json' | 'files'>): boolean {
  const inFile = ['tokenizer_config.json', 'processor_config.json'].some((name) => {
    const config = json[name];
    return isMapping(config) && Boolean(config.chat_template);
  });
  return inFile || files.some((file) => file.path === 'chat_template.jinja' || file.path === 'chat_template.json');
}

import { isMapping, text } from '../card/values.js';
import { addCardTags } from './cardTags.js';
import { addConfigTags, inConfig } from './configTags.js';
import { frameworkTags } from './frameworks.js';
import type { FoundLibrary } from './libraries.js';
import { chatTemplateEvidence, type FoundTask } from './pipeline.js';
import { TagList } from './tagList.js';
import type { BaseModel, RevisionFacts, Tag } from './types.js';

/** What earlier stages found. */
export interface Found {
  readonly library: FoundLibrary | null;
  readonly task: FoundTask | null;
  readonly baseModels: readonly BaseModel[];
}

const chatTasks: ReadonlySet<string> = new Set(['text-generation', 'image-text-to-text']);

/** Tags of a model in the API's order: frameworks and formats, model_type, task, `pipeline:*`, then those of the card. */
export function modelTags(facts: RevisionFacts, { library, task, baseModels }: Found): readonly Tag[] {
  const list = new TagList();
  const config = isMapping(facts.json['config.json']) ? facts.json['config.json'] : {};
  for (const tag of frameworkTags(facts, library?.name ?? null)) list.add(tag);
  const modelType = text(config.model_type)?.slice(0, 100);
  // A colon would make it a tag of another kind: `license:mit`.
  if (modelType && !modelType.includes(':')) list.put(modelType, 'other', inConfig('model_type'));
  if (task) for (const why of [task.evidence, ...(task.also ?? [])]) list.put(task.task, 'task', why);
  for (const key of facts.taskKeys) {
    list.put(`pipeline:${key}`, 'pipeline', inConfig(`task_specific_params.${key}`));
  }
  addConfigTags(list, facts);
  const template = chatTemplateEvidence(facts);
  if (template && task && chatTasks.has(task.task)) list.put('conversational', 'other', template);
  addCardTags(list, facts, library, baseModels);
  return list.tags;
}

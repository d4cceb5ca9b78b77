import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { answeredTasks } from '../../inference/pipelines/index.js';
import { type DocEntry, docFile } from '../../views/docs/table.js';
import type { Viewer } from '../accounts/types.js';
import { cardTemplate } from '../repositories/firstFiles.js';
import type { Services } from '../services.js';
import { apiAddresses, apiReference } from './apiReference.js';
import { clientTables } from './clientCoverage.js';
import { type LiveModels, liveModels } from './liveModels.js';
import { fenced } from './markdown.js';
import { architectureTable, frameworkTable, libraryTable, libraryTaskTable, taskOrder } from './tagRules.js';
import { taskSections, taskTable } from './taskSections.js';
import { licenseList, metricList, widgetTasks } from './vocabularies.js';
import { widgetSections } from './widgetSections.js';

/** What a line `<!-- generated: name -->` stands for: made of the tables that the hub itself goes by. */
const generated: Readonly<Record<string, (live: LiveModels) => string>> = {
  'framework rules': frameworkTable,
  'library rules': libraryTable,
  'architecture rules': architectureTable,
  'tasks of libraries': libraryTaskTable,
  'order of tasks': taskOrder,
  'all tasks': taskTable,
  'each task': taskSections,
  'template of a model card': () => fenced('markdown', cardTemplate('model')),
  'template of a dataset card': () => fenced('markdown', cardTemplate('dataset')),
  licences: licenseList,
  metrics: metricList,
  'tasks with a widget': widgetTasks,
  'example of each widget': widgetSections,
  'addresses of the API': apiAddresses,
  'calls of clients': clientTables,
  'operations of the API': apiReference,
};

/** What the documents call a model that classifies texts; one of this hub takes its place, so that lines can be run. */
const placeholderModel = 'acme/sentiment';

/**
 * The Markdown of a page of the documentation, with its generated parts.
 * @throws Error when a page names a part that is none
 */
export async function docMarkdown(services: Services, viewer: Viewer, entry: DocEntry): Promise<string> {
  const text = await readFile(path.join(projectRoot, 'docs', docFile(entry)), 'utf8');
  const live = await liveModels(services, viewer, tasksToTry(text));
  const filled = text.replace(/^<!-- generated: ([\w ]+) -->$/gm, (_, name: string) => {
    const part = generated[name];
    if (!part) throw new Error(`docs/${docFile(entry)} asks for the part "${name}", which is none`);
    return part(live);
  });
  const model = live['text-classification'];
  return model ? withModel(filled, model.id) : filled;
}

/** A clone's folder has the model's name. */
function withModel(text: string, model: string): string {
  const folder = (id: string): string => id.slice(id.indexOf('/') + 1);
  return text
    .replaceAll(placeholderModel, model)
    .replaceAll(placeholderModel.replace('/', '%2F'), model.replace('/', '%2F'))
    .replaceAll(`cd ${folder(placeholderModel)}\n`, `cd ${folder(model)}\n`);
}

/** Tasks for which a page wants a model of this hub. */
function tasksToTry(text: string): Iterable<string> {
  if (/^<!-- generated: (all tasks|each task|example of each widget) -->$/m.test(text)) return answeredTasks;
  return text.includes(placeholderModel) ? ['text-classification'] : [];
}

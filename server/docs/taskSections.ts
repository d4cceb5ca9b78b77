import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { type Modality, modalities, type TaskRow, tasks } from '../../config/tasks.js';
import { answeredTasks } from '../../inference/pipelines/index.js';
import { addressOf, exampleValues, takesFile, widgetFields, widgetRequest } from '../../views/widgets/inputs.js';
import type { InputExample } from '../pages/widgets/widgetInputs.js';
import type { LiveModel, LiveModels } from './liveModels.js';
import { code, codes, fenced, markdownTable } from './markdown.js';
import { pictureOf, type TaskDoc, taskDocs } from './taskAnswers.js';

const catalogue = Object.entries(tasks) as [string, TaskRow][];
/** For each task some inputs in English. */
export const englishExamples = JSON.parse(
  readFileSync(path.join(projectRoot, 'config', 'widget-inputs', 'en.json'), 'utf8'),
) as Readonly<Record<string, readonly InputExample[]>>;

/** Every task of the catalogue: whether it is answered here, has a widget, and which model can be tried. */
export function taskTable(live: LiveModels): string {
  const rows = catalogue
    .filter(([, { hidden }]) => !hidden)
    .map(([id, { label, modality }]) => [
      answeredTasks.has(id) ? `[${label}](#${id})` : label,
      code(id),
      modalities[modality],
      widgetFields[id] ? 'yes' : 'no',
      live[id] ? modelLink(live[id].id) : answeredTasks.has(id) ? 'none yet' : 'not answered here',
    ]);
  return markdownTable(['Task', '`pipeline_tag`', 'Kind', 'Widget', 'On this hub'], rows);
}

/** A section for each task, by modality: what it takes, a request, its answer, an example for the card, a model to try. */
export function taskSections(live: LiveModels): string {
  return (Object.keys(modalities) as Modality[])
    .map((modality) => {
      const rows = catalogue.filter(([, row]) => row.modality === modality && !row.hidden);
      return rows.length === 0 ? '' : [`## ${titles[modality]}`, ...rows.map((row) => section(row, live))].join('\n\n');
    })
    .filter(Boolean)
    .join('\n\n');
}

/** Headings that no task's own id is. */
const titles: Readonly<Record<Modality, string>> = {
  multimodal: 'Several kinds at once',
  text: 'Texts',
  vision: 'Images and videos',
  audio: 'Sounds',
  tabular: 'Tables',
  'reinforcement-learning': 'Learning by doing',
  other: 'Other tasks',
};

function section([id, { label }]: readonly [string, TaskRow], live: LiveModels): string {
  const doc = taskDocs[id];
  const head = `### ${code(id)}\n\n${label}.`;
  if (!doc)
    return `${head} Models with this task are listed under [it](/models?pipeline_tag=${id}); they are not run here.`;
  return [
    `${head} ${tryIt(id, live[id])}`,
    `- **Takes** ${doc.takes}.\n- **Parameters**: ${doc.parameters}.`,
    ...(doc.notes ? [doc.notes] : []),
    fenced('bash', request(id, doc, live[id])),
    answerOf(doc),
    ...cardExample(id),
  ].join('\n\n');
}

/** An answer as JSON, or in words. */
export function answerOf({ answer }: TaskDoc): string {
  return typeof answer === 'string' ? answer : fenced('json', compactJson(answer));
}

/** Leads to a model of this hub with an input filled in. */
export function tryIt(task: string, model: LiveModel | undefined): string {
  const all = `[All models of this task](/models?pipeline_tag=${task}).`;
  if (!model) return `No public model of this hub answers it yet. ${all}`;
  const example = englishExamples[task]?.[0];
  const prefill = example && !takesFile(task) ? `?${addressOf(task, exampleValues(task, example))}` : '';
  return `[Try it](/${model.id}${prefill}) with ${modelLink(model.id)}. ${all}`;
}

function modelLink(id: string): string {
  return `[${code(id)}](/${id})`;
}

const nobodys: LiveModel = { id: 'acme/model', maskToken: null };

/** A line for the shell that runs as it stands where the model is one of this hub. */
export function request(task: string, doc: TaskDoc, model: LiveModel = nobodys): string {
  const address = `https://hub.example.org/models/${model.id}`;
  const body = bodyOf(task, doc, model);
  const kept = typeof doc.answer === 'string' ? ' -o answer.wav' : '';
  if (body !== null) return `curl ${address} -H 'Content-Type: application/json'${kept} \\\n  -d '${body}'`;
  const isSound = widgetFields[task]?.some(({ accept }) => accept === 'audio/*');
  return `curl ${address} --data-binary @${isSound ? 'speech.flac' : 'cat.jpg'}`;
}

const picture = `'"$(base64 -w0 cat.jpg)"'`;

/** JSON between single quotes of a shell. Null: the file itself is the body. */
function bodyOf(task: string, doc: TaskDoc, { maskToken }: LiveModel): string | null {
  if (doc.inputs !== undefined) return quoted({ inputs: doc.inputs });
  if (doc.asks) return quoted({ inputs: pictureOf, parameters: doc.asks });
  if (takesFile(task)) return null;
  const example = exampleValues(task, englishExamples[task]?.[0] ?? {}, maskToken);
  const { inputs, parameters } = widgetRequest(task, example);
  return quoted(Object.keys(parameters).length > 0 ? { inputs, parameters } : { inputs });
}

function quoted(value: unknown): string {
  return spaced(value).replaceAll("'", `'\\''`).replaceAll(pictureOf, picture);
}

function cardExample(task: string): readonly string[] {
  const fields = widgetFields[task]?.filter(({ kind }) => kind !== 'held').map(({ name }) => name) ?? [];
  if (fields.length === 0) return [];
  return [
    `An example in a card has ${codes(fields)}: see [Widget examples](/docs/hub/models-widgets-examples#${task}).`,
  ];
}

/** JSON on one line, with a blank behind `:` and `,`. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/\n */g, ' ')
    .replace(/([[{]) | (?=[\]}])/g, '$1');
}

/** JSON with a line for each element of the outermost list. */
function compactJson(value: unknown): string {
  if (!Array.isArray(value) || value.every((item) => typeof item !== 'object')) return spaced(value);
  return `[\n${value.map((item) => `  ${spaced(item)}`).join(',\n')}\n]`;
}

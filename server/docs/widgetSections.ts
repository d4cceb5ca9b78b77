import { dump } from 'js-yaml';
import { isJsonObject } from '../../config/jsonObject.js';
import { type TaskRow, tasks } from '../../config/tasks.js';
import { answeredTasks } from '../../inference/pipelines/index.js';
import { type WidgetField, widgetFields } from '../../views/widgets/inputs.js';
import type { InputExample } from '../pages/widgets/widgetInputs.js';
import type { LiveModel, LiveModels } from './liveModels.js';
import { code, fenced } from './markdown.js';
import { taskDocs } from './taskAnswers.js';
import { answerOf, englishExamples, request, tryIt } from './taskSections.js';

/** A section for each task with a widget: an example for a card, what the widget then asks, the answer, a model to try. */
export function widgetSections(live: LiveModels): string {
  return (Object.entries(tasks) as [string, TaskRow][])
    .filter(([id]) => widgetFields[id])
    .map(([id, { label }]) => section(id, label, live[id]))
    .join('\n\n');
}

function section(id: string, label: string, model: LiveModel | undefined): string {
  const doc = taskDocs[id];
  const isAnswered = doc !== undefined && answeredTasks.has(id);
  const card = fenced('yaml', dump({ widget: [exampleOf(id)] }, { lineWidth: 110 }).trimEnd());
  const head = `### ${code(id)}\n\n[${label}](/tasks/${id}).`;
  if (!isAnswered)
    return [`${head} Not answered here: examples are shown that bring their ${code('output')}.`, card].join('\n\n');
  return [
    `${head} ${tryIt(id, model)}`,
    card,
    'The same as a request, and its answer:',
    fenced('bash', request(id, doc, model)),
    answerOf(doc),
  ].join('\n\n');
}

/** As the English inputs have it; else made of what the documentation of the task asks. */
function exampleOf(task: string): InputExample {
  const given = englishExamples[task]?.[0];
  if (given) return given;
  const doc = taskDocs[task];
  const inputs = isJsonObject(doc?.inputs) ? doc.inputs : {};
  const known: InputExample = {
    text: inputs.question ?? (typeof doc?.inputs === 'string' ? doc.inputs : 'A lighthouse at dusk'),
    prompt: 'The same at night',
    candidate_labels: [doc?.asks?.candidate_labels].flat().join(', '),
    structured_data: inputs.data ?? { length: [30, 31] },
    source_sentence: inputs.query,
    sentences: inputs.texts,
  };
  const fields = (widgetFields[task] ?? []).filter(({ parameter, kind }) => !parameter && kind !== 'held');
  return Object.fromEntries(
    fields.map((field) => [field.name, field.kind === 'file' ? fileOf(field) : known[field.name]]),
  );
}

function fileOf({ accept }: WidgetField): string {
  return accept === 'audio/*' ? 'examples/speech.flac' : 'examples/cat.jpg';
}

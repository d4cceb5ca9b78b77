import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { Port } from '../../../inference/pipelines/model.js';
import { exampleValues, takesFile, widgetFields, widgetRequest } from '../../../views/widgets/inputs.js';
import type { RepoRow } from '../../accounts/types.js';
import { maskTokenOf } from '../../pages/widgets/maskTokenOf.js';
import { isElsewhere, sourceOf } from '../../pages/widgets/sourceOf.js';
import { type InputExample, widgetInputsOf } from '../../pages/widgets/widgetInputs.js';
import type { Services } from '../../services.js';
import { examplePicture, exampleSound } from './exampleFiles.js';

/** A question that a model's own task can be tried with. */
export interface ExampleQuestion {
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The answer that the card gives; absent when it gives none. */
  readonly output?: unknown;
  /** The model may take other things than this: that it fails says nothing. */
  readonly isGuess?: true;
}

/** What tasks take beside their file, where the card has no example. */
const besidesFile: Readonly<Record<string, InputExample>> = {
  'zero-shot-image-classification': { candidate_labels: ['a bright disc', 'a dog', 'a street'] },
  'visual-question-answering': { text: 'What is in the picture?' },
};

/** Tasks without a widget. */
const withoutForm: Readonly<Record<string, ExampleQuestion>> = {
  'text-to-audio': { inputs: 'The lamp on the harbour wall was lit again.', parameters: {} },
};

type Needed = Pick<Services, 'data' | 'log' | 'repositories'>;

/**
 * The card's widget examples as questions, else one of the hub's own for the task. `ports` are the inputs of the graph, for tasks
 * whose questions depend on them. Examples whose file would have to be fetched, or is not there, are left out.
 */
export async function exampleQuestions(
  services: Needed,
  row: RepoRow,
  record: ModelRecord,
  { task, ports }: { readonly task: string; readonly ports: readonly Port[] },
): Promise<readonly ExampleQuestion[]> {
  const maskToken = task === 'fill-mask' ? await maskTokenOf(services as Services, row.ref, record) : null;
  const own = task === record.pipelineTag ? record.widgetExamples.map(({ value }) => value) : [];
  const questions: ExampleQuestion[] = [];
  for (const example of own) {
    const question = await questionOf(services, row, { task, example, maskToken });
    if (question) questions.push(question);
  }
  return questions.length > 0 ? questions : defaultQuestions(services, row, record, { task, ports, maskToken });
}

async function defaultQuestions(
  services: Needed,
  row: RepoRow,
  record: ModelRecord,
  { task, ports, maskToken }: { task: string; ports: readonly Port[]; maskToken: string | null },
): Promise<readonly ExampleQuestion[]> {
  if (withoutForm[task]) return [withoutForm[task]];
  if (task.startsWith('tabular-')) return tableOfPorts(ports);
  if (takesFile(task)) return [fileQuestion(task, besidesFile[task] ?? {})];
  const inputs = widgetInputsOf(services);
  const ofLanguage = inputs.examples(record.languages, task);
  const questions: ExampleQuestion[] = [];
  // How long an answer takes shows in another language as well.
  for (const example of ofLanguage.length > 0 ? ofLanguage : inputs.examples(['en'], task)) {
    const question = await questionOf(services, row, { task, example, maskToken });
    if (question) questions.push(question);
  }
  return questions;
}

async function questionOf(
  services: Needed,
  row: RepoRow,
  { task, example, maskToken }: { task: string; example: InputExample; maskToken: string | null },
): Promise<ExampleQuestion | null> {
  const values = exampleValues(task, example, maskToken);
  if (Object.keys(values).length === 0) return null;
  const source = takesFile(task) ? await fileOf(services, row, values.src) : null;
  if (takesFile(task) && source === null) return null;
  return { ...widgetRequest(task, values, source), ...(example.output !== undefined && { output: example.output }) };
}

async function fileOf(services: Needed, row: RepoRow, source: string | undefined): Promise<Uint8Array | string | null> {
  return isElsewhere(source) ? null : sourceOf(services, row, source).catch(() => null);
}

function fileQuestion(task: string, example: InputExample): ExampleQuestion {
  const isSound = widgetFields[task]?.some(({ accept }) => accept === 'audio/*');
  return widgetRequest(task, exampleValues(task, example), isSound ? exampleSound() : examplePicture());
}

const maxColumns = 10_000;

/** One row for the columns that a graph of tables takes. What its texts may be is not known. */
function tableOfPorts(ports: readonly Port[]): readonly ExampleQuestion[] {
  const cells = ports.flatMap(({ type, dims }) => {
    const width = Math.min(dims[1] ?? 1, maxColumns);
    return Array.from({ length: width }, () => cellOf(type));
  });
  return cells.length === 0 ? [] : [{ inputs: { data: [cells] }, parameters: {}, isGuess: true }];
}

function cellOf(type: string): string | number | boolean {
  if (type === 'string') return 'a';
  if (type === 'bool') return true;
  return /^u?int/.test(type) ? 1 : 0.5;
}

import type { ModelRecord } from '../../indexer/tags/types.js';
import { exampleValues, widgetFields, widgetRequest } from '../../views/widgets/inputs.js';
import type { RepoRow } from '../accounts/types.js';
import { widgetInputsOf } from '../pages/widgetInputs.js';
import { maskTokenOf } from '../pages/widgetMask.js';
import type { Services } from '../services.js';

/** A question that a model's own task can be tried with. */
export interface ExampleQuestion {
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The answer that the card gives; absent when it gives none. */
  readonly output?: unknown;
}

/** The card's widget examples as questions, else the default ones of its language; none for tasks that take files. */
export async function exampleQuestions(
  services: Pick<Services, 'data' | 'log' | 'repositories'>,
  row: RepoRow,
  record: ModelRecord,
  task: string,
): Promise<readonly ExampleQuestion[]> {
  const fields = widgetFields[task];
  if (!fields || fields.some(({ kind }) => !textKinds.has(kind))) return [];
  const maskToken = task === 'fill-mask' ? await maskTokenOf(services as Services, row.ref, record) : null;
  const own = task === record.pipelineTag ? record.widgetExamples.map(({ value }) => value) : [];
  const given = own.length > 0 ? own : widgetInputsOf(services).examples(record.languages, task);
  return given.flatMap((value) => {
    const values = exampleValues(task, value, maskToken);
    if (Object.keys(values).length === 0) return [];
    return [{ ...widgetRequest(task, values), ...(value.output !== undefined && { output: value.output }) }];
  });
}

const textKinds: ReadonlySet<string> = new Set(['line', 'text', 'switch']);

import { isJsonObject } from '../../../config/jsonObject.js';
import { repoPath } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { exampleValues, type WidgetValues, widgetFields } from '../../../views/widgets/inputs.js';
import type { WidgetResult } from '../../../views/widgets/result.js';
import type { WidgetExampleView } from '../../../views/widgets/widget.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { fileExamples } from './exampleFiles.js';
import { fileAddress, isElsewhere } from './sourceOf.js';
import { type InputExample, widgetInputsOf } from './widgetInputs.js';

/** As many as a card's record keeps. */
const maxExamples = 50;

export interface Example extends WidgetExampleView {
  /** The answer that the card gives. */
  readonly output?: unknown;
  /** What the card sets for this example alone. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Those of the card, else the hub's own for the task and the card's languages; those with titles first. */
export function examplesOf(
  services: Services,
  row: RepoRow,
  record: ModelRecord,
  task: string,
  { maskToken, answeredOnly }: { maskToken: string | null; answeredOnly: boolean },
): readonly Example[] {
  // Without its file an example cannot be asked, but its answer can be read.
  const isOutOfReach = (src: unknown): boolean => services.files === null && isElsewhere(src);
  const fromCard = record.widgetExamples.filter(
    ({ value }) =>
      Object.keys(exampleValues(task, value)).length > 0 &&
      (value.output !== undefined || !(answeredOnly || isOutOfReach(value.src))),
  );
  const chosen =
    fromCard.length > 0 || answeredOnly
      ? fromCard
      : ownExamples(services, record, task).map(({ example_title: title, ...value }) => ({
          value,
          ...(typeof title === 'string' ? { title } : {}),
        }));
  const titledFirst = [...chosen].sort((a, b) => Number(!titleOf(a)) - Number(!titleOf(b)));
  const titled = titledFirst.filter(titleOf).length;
  return titledFirst.slice(0, maxExamples).map((example, index) => ({
    title: titleOf(example) ?? `Example ${index + 1 - titled}`,
    group: 'group' in example && typeof example.group === 'string' ? example.group : null,
    href: `${repoPath(row.ref)}?example=${index}#widget`,
    values: exampleValues(task, example.value, maskToken),
    ...(example.value.output === undefined ? {} : { output: example.value.output }),
    ...(isJsonObject(example.value.parameters) ? { parameters: example.value.parameters } : {}),
  }));
}

function ownExamples(services: Services, { languages }: ModelRecord, task: string): readonly InputExample[] {
  const written = widgetInputsOf(services).examples(languages, task);
  return written.length > 0 ? written : fileExamples(task);
}

function titleOf(example: { readonly title?: string }): string | undefined {
  return example.title;
}

/** The example that fills the form, while the form still holds it. */
export function heldExample(
  task: string,
  examples: readonly Example[],
  values: WidgetValues,
  index: string | undefined,
): Example | null {
  const example = index ? examples[Number(index)] : undefined;
  if (!example) return null;
  const inputs = (widgetFields[task] ?? []).filter(({ parameter, kind }) => !parameter && kind !== 'held');
  return inputs.every(({ name }) => (example.values[name] ?? '') === (values[name] ?? '')) ? example : null;
}

/**
 * An `output` of the card as an answer.
 * @param row whose files an `output.url` may name
 */
export function cardAnswer(row: RepoRow, output: unknown): WidgetResult {
  const url = isJsonObject(output) && typeof output.url === 'string' ? output.url : null;
  const file = url === null ? null : { url, address: isElsewhere(url) ? url : fileAddress(row, url) };
  return { state: 'done', output, file, seconds: null, computeType: null, fromCard: true };
}

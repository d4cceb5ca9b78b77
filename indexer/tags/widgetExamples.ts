import type { CardProblem } from '../card/types.js';
import { isMapping, isScalar, text } from '../card/values.js';
import type { WidgetExample } from './types.js';

const maxExamples = 50;

/** Keys of which an example of a task needs one (all texts, except where the rule says a list). */
const wanted: Readonly<Record<string, (value: Readonly<Record<string, unknown>>) => boolean>> = {
  'question-answering': (value) => isText(value.text) && isText(value.context),
  'sentence-similarity': (value) => isText(value.source_sentence) && Array.isArray(value.sentences) && value.sentences.every(isText),
  'zero-shot-classification': (value) => isText(value.text),
  'text-classification': (value) => isText(value.text),
  'token-classification': (value) => isText(value.text),
  'fill-mask': (value) => isText(value.text),
  'feature-extraction': (value) => isText(value.text),
};

/** Examples of the card's `widget:`; those of a wrong shape for the task are dropped with a warning. */
export function readWidgetExamples(
  value: unknown,
  task: string | null,
  line: number | undefined,
): { examples: readonly WidgetExample[]; problems: readonly CardProblem[] } {
  if (!Array.isArray(value)) return { examples: [], problems: [] };
  const examples: WidgetExample[] = [];
  const problems: CardProblem[] = [];
  for (const [index, item] of value.slice(0, maxExamples).entries()) {
    const example = isScalar(item) ? { text: String(item) } : item;
    if (isMapping(example) && (!task || !wanted[task] || wanted[task](example))) {
      const { example_title, title, group, ...rest } = example;
      const name = text(example_title) ?? text(title);
      const inGroup = text(group);
      examples.push({ value: rest, ...(name ? { title: name } : {}), ...(inGroup ? { group: inGroup } : {}) });
      continue;
    }
    problems.push({
      severity: 'warning',
      file: 'README.md',
      ...(line ? { line } : {}),
      field: 'widget',
      message: `"widget": example ${index + 1} has not the shape that ${task ?? 'a widget'} needs, so it is not shown`,
    });
  }
  return { examples, problems };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

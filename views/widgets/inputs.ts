/** One field of a widget's form. */
export interface WidgetField {
  readonly name: string;
  readonly label: string;
  readonly rows: number;
}

/** The form of each task that has a widget; `one a line` fields become lists. */
export const widgetFields: Readonly<Record<string, readonly WidgetField[]>> = {
  'text-classification': [{ name: 'text', label: 'Text', rows: 3 }],
  'token-classification': [{ name: 'text', label: 'Text', rows: 3 }],
  'fill-mask': [{ name: 'text', label: 'Text with a mask', rows: 2 }],
  'feature-extraction': [{ name: 'text', label: 'Text', rows: 3 }],
  'question-answering': [
    { name: 'text', label: 'Question', rows: 1 },
    { name: 'context', label: 'Context', rows: 5 },
  ],
  'zero-shot-classification': [
    { name: 'text', label: 'Text', rows: 3 },
    { name: 'candidate_labels', label: 'Possible labels, separated by commas', rows: 1 },
  ],
  'sentence-similarity': [
    { name: 'source_sentence', label: 'Source sentence', rows: 1 },
    { name: 'sentences', label: 'Sentences to compare with, one a line', rows: 4 },
  ],
};

export type WidgetValues = Readonly<Record<string, string>>;

/** The form's values as an inference request. */
export function widgetRequest(
  task: string,
  values: WidgetValues,
): { inputs: unknown; parameters: Record<string, unknown> } {
  const text = values.text ?? '';
  if (task === 'question-answering')
    return { inputs: { question: text, context: values.context ?? '' }, parameters: {} };
  if (task === 'sentence-similarity') {
    const sentences = (values.sentences ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    return { inputs: { source_sentence: values.source_sentence ?? '', sentences }, parameters: {} };
  }
  if (task === 'zero-shot-classification') {
    const labels = (values.candidate_labels ?? '')
      .split(',')
      .map((label) => label.trim())
      .filter(Boolean);
    return { inputs: text, parameters: { candidate_labels: labels } };
  }
  return { inputs: text, parameters: {} };
}

/** An example as a card or a data file gives it, as values of the form. Lists become lines or commas. */
export function exampleValues(task: string, example: Readonly<Record<string, unknown>>): WidgetValues {
  const values: Record<string, string> = {};
  for (const { name } of widgetFields[task] ?? []) {
    const value = example[name];
    if (Array.isArray(value)) values[name] = value.join(name === 'sentences' ? '\n' : ', ');
    else if (typeof value === 'string') values[name] = value;
  }
  return values;
}

import { isJsonObject } from '../../config/jsonObject.js';
import { columnsOf } from './cells.js';
import { heldConversation } from './conversation.js';

/** One field of a widget's form: its name is also its parameter in the page's address. */
export interface WidgetField {
  readonly name: string;
  readonly label: string;
  /**
   * A `file` is sent beside the form's values; its value is where an example's file lies. What is `held` is no field to fill
   * in: the answer before hands it on.
   */
  readonly kind: 'line' | 'text' | 'switch' | 'file' | 'held';
  /** Kinds of files, as browsers choose them. */
  readonly accept?: 'image/*' | 'audio/*';
  /** Height of a text. */
  readonly rows?: number;
  /** Lists come as lines or between commas. */
  readonly list?: 'lines' | 'commas';
  /** Another parameter by which addresses in the wild give it. */
  readonly alias?: string;
}

const text: WidgetField = { name: 'text', label: 'Text', kind: 'text', rows: 3 };

const image: WidgetField = { name: 'src', label: 'Image', kind: 'file', accept: 'image/*' };
const sound: WidgetField = { name: 'src', label: 'Sound', kind: 'file', accept: 'audio/*' };
const labels: WidgetField = {
  name: 'candidate_labels',
  label: 'Possible labels, separated by commas',
  kind: 'line',
  list: 'commas',
};

const columns: WidgetField = {
  name: 'data',
  label: 'Table: lines of cells between commas, the first with the columns’ names; or JSON {"name": [1, …], …}',
  kind: 'text',
  rows: 6,
  alias: 'structuredData',
};

/** The form of each task that has a widget. */
export const widgetFields: Readonly<Record<string, readonly WidgetField[]>> = {
  'text-classification': [text],
  'token-classification': [text],
  'fill-mask': [{ ...text, label: 'Text with a mask' }],
  'feature-extraction': [text],
  'text-generation': [{ ...text, label: 'Text to continue' }],
  'text2text-generation': [text],
  summarization: [{ ...text, label: 'Text to shorten', rows: 6 }],
  translation: [{ ...text, label: 'Text to translate' }],
  conversational: [
    { ...text, label: 'Your message' },
    { name: 'turns', label: 'What was said before', kind: 'held' },
  ],
  'question-answering': [
    { name: 'text', label: 'Question', kind: 'line', alias: 'question' },
    { name: 'context', label: 'Context', kind: 'text', rows: 5 },
  ],
  'table-question-answering': [
    { name: 'text', label: 'Question', kind: 'line', alias: 'query' },
    {
      name: 'table',
      label:
        'Table: lines of cells between commas, the first with the columns’ names; or JSON {"name": ["cell", …], …}',
      kind: 'text',
      rows: 6,
    },
  ],
  'tabular-classification': [columns],
  'tabular-regression': [columns],
  'zero-shot-classification': [
    text,
    labels,
    { name: 'multi_class', label: 'Several labels may be true', kind: 'switch' },
  ],
  'sentence-similarity': [
    { name: 'source_sentence', label: 'Source sentence', kind: 'line' },
    { name: 'sentences', label: 'Sentences to compare with, one a line', kind: 'text', rows: 4, list: 'lines' },
  ],
  'text-ranking': [
    { name: 'source_sentence', label: 'Query', kind: 'line', alias: 'query' },
    { name: 'sentences', label: 'Texts to rank, one a line', kind: 'text', rows: 4, list: 'lines', alias: 'texts' },
  ],
  'image-classification': [image],
  'object-detection': [image],
  'image-segmentation': [image],
  'depth-estimation': [image],
  'image-feature-extraction': [image],
  'image-to-text': [image],
  'zero-shot-image-classification': [image, labels],
  'visual-question-answering': [image, { name: 'text', label: 'Question', kind: 'line' }],
  'automatic-speech-recognition': [sound],
  'text-to-speech': [text],
  'audio-classification': [sound],
};

/** Whether a task's form sends a file. */
export function takesFile(task: string): boolean {
  return (widgetFields[task] ?? []).some(({ kind }) => kind === 'file');
}

/** What a form holds, by field; a field that is off or empty may be absent. */
export type WidgetValues = Readonly<Record<string, string>>;

/** The fields of a task among anything that a form or an address brought; line ends as the model's examples have them. */
export function widgetValues(task: string, given: (name: string) => string | null | undefined): WidgetValues {
  const found = (widgetFields[task] ?? []).flatMap(({ name, alias }) => {
    const value = given(name) ?? (alias ? given(alias) : undefined);
    return value === null || value === undefined ? [] : [[name, value.replace(/\r\n?/g, '\n')] as const];
  });
  return Object.fromEntries(found);
}

/** The form's values as an inference request. */
export function widgetRequest(
  task: string,
  values: WidgetValues,
  /** What a file field holds: bytes, or an address of them. */
  source: Uint8Array | string | null = null,
): { inputs: unknown; parameters: Record<string, unknown> } {
  const input = values.text ?? '';
  if (task === 'visual-question-answering') return { inputs: { image: source, question: input }, parameters: {} };
  if (task === 'zero-shot-image-classification')
    return { inputs: source, parameters: { candidate_labels: parts(values.candidate_labels, ',') } };
  if (takesFile(task)) return { inputs: source, parameters: {} };
  if (task === 'question-answering')
    return { inputs: { question: input, context: values.context ?? '' }, parameters: {} };
  if (task === 'table-question-answering')
    return { inputs: { query: input, table: columnsOf(values.table ?? '', { numbers: false }) }, parameters: {} };
  if (task.startsWith('tabular-'))
    return { inputs: { data: columnsOf(values.data ?? '', { numbers: true }) }, parameters: {} };
  if (task === 'conversational') return { inputs: { text: input, ...heldConversation(values.turns) }, parameters: {} };
  if (task === 'text-ranking')
    return { inputs: { query: values.source_sentence ?? '', texts: comparedSentences(values) }, parameters: {} };
  if (task === 'sentence-similarity') {
    const sentences = parts(values.sentences, '\n');
    return { inputs: { source_sentence: values.source_sentence ?? '', sentences }, parameters: {} };
  }
  if (task === 'zero-shot-classification') {
    const multi = values.multi_class === 'true' ? { multi_label: true } : {};
    return { inputs: input, parameters: { candidate_labels: parts(values.candidate_labels, ','), ...multi } };
  }
  return { inputs: input, parameters: {} };
}

/** The sentences that a similarity answer is about, in its order. */
export function comparedSentences(values: WidgetValues): readonly string[] {
  return parts(values.sentences, '\n');
}

function parts(list: string | undefined, separator: string): string[] {
  return (list ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** An example as a card or a data file gives it, as values of the form. Masks become the model's own. */
export function exampleValues(
  task: string,
  example: Readonly<Record<string, unknown>>,
  maskToken: string | null = null,
): WidgetValues {
  const values: Record<string, string> = {};
  for (const { name, alias, list } of widgetFields[task] ?? []) {
    const value = example[name] ?? (alias ? example[alias] : undefined);
    if (Array.isArray(value)) values[name] = value.join(list === 'lines' ? '\n' : ', ');
    else if (typeof value === 'string') values[name] = value;
    else if (value === true) values[name] = 'true';
    else if (isJsonObject(value)) values[name] = JSON.stringify(value, null, 1);
  }
  if (task === 'fill-mask' && values.text !== undefined) values.text = withMask(values.text, maskToken);
  return values;
}

/** A text that was written for another model's mask (`<mask>`, `[MASK]`), with this model's one. */
export function withMask(text: string, maskToken: string | null): string {
  if (maskToken === null || text.includes(maskToken)) return text;
  return text.replace(/<mask>|\[MASK\]/gi, () => maskToken);
}

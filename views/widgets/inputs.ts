import { isJsonObject } from '../../config/jsonObject.js';
import { columnsOf, linesOf, tableOf, tableText } from './cells.js';
import { heldConversation } from './conversation.js';

/** One field of a widget's form: its name is also its parameter in the page's address. */
export interface WidgetField {
  readonly name: string;
  readonly label: string;
  /**
   * A `file` is sent beside the form's values; its value is where an example's file lies. What is `held` is no field to fill
   * in: the answer before hands it on.
   */
  readonly kind: 'line' | 'text' | 'switch' | 'number' | 'file' | 'held';
  /** Kinds of files, as browsers choose them. */
  readonly accept?: 'image/*' | 'audio/*';
  /** Height of a text. */
  readonly rows?: number;
  /** Lists come as lines or between commas. */
  readonly list?: 'lines' | 'commas';
  /** A table, which `<hub-widget>` makes cells of. */
  readonly isTable?: true;
  /** Other names by which addresses, cards and forms in the wild give it. */
  readonly aliases?: readonly string[];
  /** Goes into the request's parameters, and stands folded away; empty = the model's own. */
  readonly parameter?: { readonly least: number; readonly most: number; readonly step: number };
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
  name: 'structured_data',
  label: 'Table',
  kind: 'text',
  rows: 6,
  isTable: true,
  aliases: ['structuredData', 'data'],
};

/** How freely a text is continued. */
const writing: readonly WidgetField[] = [
  { name: 'max_new_tokens', label: 'Most new tokens', kind: 'number', parameter: { least: 1, most: 4096, step: 1 } },
  { name: 'temperature', label: 'Temperature', kind: 'number', parameter: { least: 0, most: 2, step: 0.1 } },
  { name: 'top_p', label: 'Top p', kind: 'number', parameter: { least: 0.05, most: 1, step: 0.05 } },
];

/** The form of each task that has a widget. */
export const widgetFields: Readonly<Record<string, readonly WidgetField[]>> = {
  'text-classification': [text],
  'token-classification': [text],
  'fill-mask': [{ ...text, label: 'Text with a mask' }],
  'feature-extraction': [text],
  'text-generation': [{ ...text, label: 'Text to continue', rows: 6 }, ...writing],
  'text2text-generation': [text],
  summarization: [{ ...text, label: 'Text to shorten', rows: 6 }],
  translation: [{ ...text, label: 'Text to translate' }],
  conversational: [
    { ...text, label: 'Your message' },
    ...writing,
    { name: 'turns', label: 'What was said before', kind: 'held' },
  ],
  'question-answering': [
    { name: 'text', label: 'Question', kind: 'line', aliases: ['question'] },
    { name: 'context', label: 'Context', kind: 'text', rows: 5 },
  ],
  'table-question-answering': [
    { name: 'text', label: 'Question', kind: 'line', aliases: ['query'] },
    { name: 'table', label: 'Table', kind: 'text', rows: 6, isTable: true },
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
    { name: 'source_sentence', label: 'Query', kind: 'line', aliases: ['query'] },
    { name: 'sentences', label: 'Texts to rank, one a line', kind: 'text', rows: 4, list: 'lines', aliases: ['texts'] },
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
  'text-to-audio': [text],
  'text-to-image': [{ ...text, label: 'Prompt' }],
  'image-to-image': [image, { name: 'prompt', label: 'Prompt', kind: 'line' }],
  'document-question-answering': [image, { name: 'text', label: 'Question', kind: 'line' }],
  'audio-to-audio': [sound],
  'audio-classification': [sound],
  'voice-activity-detection': [sound],
};

/** Whether a task's form sends a file. */
export function takesFile(task: string): boolean {
  return (widgetFields[task] ?? []).some(({ kind }) => kind === 'file');
}

/** What a form holds, by field; a field that is off or empty may be absent. */
export type WidgetValues = Readonly<Record<string, string>>;

/** The fields of a task among anything that a form or an address brought; line ends as the model's examples have them. */
export function widgetValues(task: string, given: (name: string) => string | null | undefined): WidgetValues {
  const found = (widgetFields[task] ?? []).flatMap(({ name, aliases = [] }) => {
    const value = [name, ...aliases].map(given).find((one) => one !== null && one !== undefined);
    return value === null || value === undefined ? [] : [[name, value.replace(/\r\n?/g, '\n')] as const];
  });
  return Object.fromEntries(found);
}

/**
 * The same of a page's address, where a list may come as a parameter that is repeated. What a caller may tune is no part of
 * it. Masks become the model's own.
 */
export function addressValues(task: string, query: URLSearchParams, maskToken: string | null = null): WidgetValues {
  const fields = widgetFields[task] ?? [];
  const lists = new Set(fields.flatMap(({ name, list, aliases = [] }) => (list === 'lines' ? [name, ...aliases] : [])));
  const parameters = new Set(fields.flatMap(({ name, parameter }) => (parameter ? [name] : [])));
  const values = widgetValues(task, (name) => {
    if (parameters.has(name) || !query.has(name)) return null;
    return lists.has(name) ? query.getAll(name).join('\n') : query.get(name);
  });
  const tables = fields.flatMap(({ name, isTable }) =>
    isTable && values[name] !== undefined ? [[name, asLines(values[name])]] : [],
  );
  const masked = task === 'fill-mask' && values.text !== undefined ? { text: withMask(values.text, maskToken) } : {};
  return { ...values, ...Object.fromEntries(tables), ...masked };
}

/** The same the other way: a form's values as the parameters that the page of a model reads. */
export function addressOf(task: string, values: WidgetValues): URLSearchParams {
  const pairs = (widgetFields[task] ?? []).flatMap(({ name, list, isTable }) => {
    const value = values[name];
    if (value === undefined) return [];
    if (isTable) return [[name, JSON.stringify(columnsOf(value, { numbers: false }))]];
    return (list === 'lines' ? parts(value, '\n') : [value]).map((one) => [name, one]);
  });
  return new URLSearchParams(pairs);
}

/** Addresses have tables as JSON. */
function asLines(table: string): string {
  const found = /^\s*\{/.test(table) ? tableOf(table) : null;
  return found ? linesOf(found) : table;
}

interface WidgetRequest {
  readonly inputs: unknown;
  readonly parameters: Record<string, unknown>;
}

/** The form's values as an inference request. @param source what a file field holds: bytes, or an address of them */
export function widgetRequest(
  task: string,
  values: WidgetValues,
  source: Uint8Array | string | null = null,
): WidgetRequest {
  const { inputs, parameters } = questionOf(task, values, source);
  return { inputs, parameters: { ...parameters, ...tuned(task, values) } };
}

/** The parameters that somebody set; what is no number is left to the task, which says so. */
function tuned(task: string, values: WidgetValues): Record<string, unknown> {
  const set = (widgetFields[task] ?? []).filter(({ name, parameter }) => parameter && values[name]?.trim());
  return Object.fromEntries(
    set.map(({ name }) => [name, Number.isFinite(Number(values[name])) ? Number(values[name]) : values[name]]),
  );
}

function questionOf(task: string, values: WidgetValues, source: Uint8Array | string | null): WidgetRequest {
  const input = values.text ?? '';
  if (task === 'visual-question-answering' || task === 'document-question-answering')
    return { inputs: { image: source, question: input }, parameters: {} };
  if (task === 'image-to-image')
    return { inputs: source, parameters: values.prompt?.trim() ? { prompt: values.prompt } : {} };
  if (task === 'zero-shot-image-classification')
    return { inputs: source, parameters: { candidate_labels: parts(values.candidate_labels, ',') } };
  if (takesFile(task)) return { inputs: source, parameters: {} };
  if (task === 'question-answering')
    return { inputs: { question: input, context: values.context ?? '' }, parameters: {} };
  if (task === 'table-question-answering')
    return { inputs: { query: input, table: columnsOf(values.table ?? '', { numbers: false }) }, parameters: {} };
  if (task.startsWith('tabular-'))
    return { inputs: { data: columnsOf(values.structured_data ?? '', { numbers: true }) }, parameters: {} };
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
  for (const { name, aliases = [], list, parameter } of widgetFields[task] ?? []) {
    if (parameter) continue;
    const value = [name, ...aliases].map((one) => example[one]).find((one) => one !== undefined);
    if (Array.isArray(value)) values[name] = value.join(list === 'lines' ? '\n' : ', ');
    else if (typeof value === 'string') values[name] = value;
    else if (value === true) values[name] = 'true';
    else if (isJsonObject(value)) values[name] = tableText(value) ?? JSON.stringify(value, null, 1);
  }
  const asked = task === 'conversational' && values.text === undefined ? lastOfUser(example.messages) : null;
  if (asked !== null) values.text = asked;
  if (task === 'fill-mask' && values.text !== undefined) values.text = withMask(values.text, maskToken);
  return values;
}

/** Of a conversation `[{role, content}]` what is asked at its end; null where nobody asks. */
function lastOfUser(messages: unknown): string | null {
  const last: unknown = Array.isArray(messages)
    ? messages.findLast((message) => isJsonObject(message) && message.role === 'user')
    : null;
  return isJsonObject(last) && typeof last.content === 'string' ? last.content : null;
}

/** A text that was written for another model's mask (`<mask>`, `[MASK]`), with this model's one. */
export function withMask(text: string, maskToken: string | null): string {
  if (maskToken === null || text.includes(maskToken)) return text;
  return text.replace(/<mask>|\[MASK\]/gi, () => maskToken);
}

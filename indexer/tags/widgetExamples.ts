import { taskRow, type WidgetKind } from '../../config/tasks.js';
import type { CardProblem } from '../card/types.js';
import { isMapping, isScalar, text } from '../card/values.js';
import type { WidgetExample } from './types.js';

const maxExamples = 50;
const maxTextCharacters = 10_000;
const maxDataUrlCharacters = 65_536;

type Example = Readonly<Record<string, unknown>>;

interface Need {
  readonly is: (example: Example) => boolean;
  /** Said when an example lacks it. */
  readonly takes: string;
}

/** What an example of each kind of widget must have. */
const needs: Readonly<Record<WidgetKind, Need>> = {
  text: { is: ({ text }) => isText(text), takes: 'a "text"' },
  chat: {
    is: ({ text, messages }) => isText(text) || isConversation(messages),
    takes: 'a "text" or a list of "messages"',
  },
  context: {
    is: ({ text, context }) => isText(text) && isText(context),
    takes: 'a "text" (the question) and a "context"',
  },
  table: {
    is: ({ text, table }) => isText(text) && isTable(table),
    takes: 'a "text" and a "table" with columns of equal length',
  },
  labels: {
    is: ({ text, candidate_labels }) => isText(text) && isLabels(candidate_labels),
    takes: 'a "text" and "candidate_labels" separated by commas',
  },
  sentences: {
    is: ({ source_sentence, sentences }) => isText(source_sentence) && isList(sentences, isText),
    takes: 'a "source_sentence" and a list of "sentences"',
  },
  audio: { is: ({ src }) => isSource(src), takes: 'a "src"' },
  image: { is: ({ src }) => isSource(src), takes: 'a "src"' },
  video: { is: ({ src }) => isSource(src), takes: 'a "src"' },
  imagePrompt: {
    is: ({ src, prompt }) => isSource(src) && (prompt === undefined || isText(prompt)),
    takes: 'a "src", and a "prompt" if it has one',
  },
  imageLabels: {
    is: ({ src, candidate_labels }) => isSource(src) && isLabels(candidate_labels),
    takes: 'a "src" and "candidate_labels"',
  },
  imageQuestion: { is: ({ src, text }) => isSource(src) && isText(text), takes: 'a "src" and a "text" (the question)' },
  columns: {
    is: ({ structured_data, structuredData }) => isTable(structured_data ?? structuredData),
    takes: '"structured_data" with columns of equal length',
  },
  replay: { is: () => true, takes: 'nothing' },
};

export interface ReadExamples {
  readonly examples: readonly WidgetExample[];
  readonly problems: readonly CardProblem[];
}

/**
 * Examples of the card's `widget:`. One that lacks what its task needs, or whose files lie outside the repository, is
 * dropped with a warning; at most 50 are kept.
 */
export function readWidgetExamples(value: unknown, task: string | null, line: number | undefined): ReadExamples {
  if (!Array.isArray(value)) return { examples: [], problems: [] };
  const examples: WidgetExample[] = [];
  const problems: CardProblem[] = [];
  const warn = (message: string): void => {
    problems.push({
      severity: 'warning',
      file: 'README.md',
      ...(line ? { line } : {}),
      field: 'widget',
      message: `"widget": ${message}`,
    });
  };
  for (const [index, item] of value.slice(0, maxExamples).entries()) {
    const example = isScalar(item) ? { text: String(item) } : item;
    const reason = exampleProblem(example, task);
    if (reason === null) examples.push(withTitle(example as Example));
    else warn(`example ${index + 1} ${reason}, so it is not shown`);
  }
  if (value.length > maxExamples) warn(`only the first ${maxExamples} of ${value.length} examples are shown`);
  return { examples, problems };
}

/** What is wrong with an example of a task, to be said behind "example 3"; null when it is good. */
export function exampleProblem(example: unknown, task: string | null): string | null {
  const kind = task ? taskRow(task)?.widget : undefined;
  if (!isMapping(example)) return 'is no map of inputs';
  if (
    Object.values(example).some(
      (value) => typeof value === 'string' && value.length > maxTextCharacters && !isSource(value),
    )
  ) {
    return `has a text of more than ${maxTextCharacters} characters`;
  }
  if (example.src !== undefined && !isSource(example.src))
    return 'has a "src" that is neither a path in the repository nor an http address';
  if (kind && !needs[kind].is(example)) return `lacks what ${task} takes: ${needs[kind].takes}`;
  return null;
}

/** An `output.url` may be shown as it is: one that leads elsewhere than a "src" may is left out. */
function withTitle({ example_title, title, group, ...rest }: Example): WidgetExample {
  const name = text(example_title) ?? text(title);
  const inGroup = text(group);
  const { output, ...inputs } = rest;
  const safe =
    output === undefined || (isMapping(output) && output.url !== undefined && !isSource(output.url)) ? inputs : rest;
  return { value: safe, ...(name ? { title: name } : {}), ...(inGroup ? { group: inGroup } : {}) };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isItem);
}

/** Separated by commas, or a list. */
function isLabels(value: unknown): boolean {
  return isText(value) || isList(value, isText);
}

function isConversation(value: unknown): boolean {
  return isList(
    value,
    (message) =>
      isMapping(message) && isText(message.role) && (isText(message.content) || Array.isArray(message.content)),
  );
}

/** Column → cells; columns of one length, cells scalars or empty. */
function isTable(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const columns = Object.values(value);
  const [first] = columns;
  if (!Array.isArray(first)) return false;
  return columns.every(
    (column) =>
      Array.isArray(column) &&
      column.length === first.length &&
      column.every((cell) => cell === null || isScalar(cell)),
  );
}

/** An http address, a small data address of a medium, or a path inside the repository. */
function isSource(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || /[\0-\x1f\\]/.test(value)) return false;
  if (/^https?:\/\//i.test(value)) return URL.canParse(value);
  if (/^data:(image|audio|video)\//i.test(value)) return value.length <= maxDataUrlCharacters;
  if (/^[a-z][a-z0-9+.-]*:/i.test(value) || value.startsWith('/')) return false;
  return !value.split('/').includes('..') && value.length <= 1024;
}

import { nearest } from '../../config/nearest.js';
import { isRepoId, type RepoKind } from '../../config/repo.js';
import { nearestTask, taskOf } from '../../config/tasks.js';
import { isWellKnownDataset, wellKnownDatasets } from '../../config/vocabulary/datasets.js';
import { languageCode, languageName, twoLetterCodes } from '../../config/vocabulary/languages.js';
import { licenses, nearestLicense } from '../../config/vocabulary/licenses.js';
import { metricIds, metrics } from '../../config/vocabulary/metrics.js';
import { type GateProblem, readGateFields } from './gateFields.js';
import { modelIndexProblem } from './modelIndex.js';
import type { CardProblem, Misshape, ParsedCard } from './types.js';
import { isMapping, isScalar, isSwitchWord, textList, typeName } from './values.js';

export interface CardContext {
  /** Of the repository that the card is of; a model's without. */
  readonly kind?: RepoKind;
  /** Whether this hub holds a dataset of that id. */
  isLocalDataset(id: string): boolean;
}

const spaceColours = ['red', 'yellow', 'green', 'blue', 'indigo', 'purple', 'pink', 'gray'];

/** A rule gives the reason why a value is refused, or null. */
type ShapeRule = (value: unknown) => string | Misshape | null;
/** A doubt about one value of a field that has the right shape. */
type Doubt = (value: string, context: CardContext) => { message: string; suggestion?: string | null } | null;

export interface FieldRow {
  /** Breaking it refuses the push. */
  readonly shape: ShapeRule;
  /** Asked for each value; the push passes with a warning. */
  readonly doubt?: Doubt;
  /** Doubts about the field as a whole. */
  readonly doubts?: (value: unknown) => readonly GateProblem[];
}

const scalarOrList: ShapeRule = (value) => {
  if (Array.isArray(value)) {
    const wrong = value.findIndex((item) => item !== null && !isScalar(item));
    if (wrong < 0) return null;
    return { reason: `must be a list of texts, but one item is ${typeName(value[wrong])}`, path: [wrong] };
  }
  return isScalar(value) ? null : `must be a text or a list of texts, got ${typeName(value)}`;
};
const textOnly: ShapeRule = (value) => (typeof value === 'string' ? null : `must be a text, got ${typeName(value)}`);
const booleanOrMapping: ShapeRule = (value) =>
  typeof value === 'boolean' || isMapping(value) || isSwitchWord(value)
    ? null
    : `must be true, false or a map of parameters, got ${typeName(value)}`;
const listOnly: ShapeRule = (value) =>
  Array.isArray(value) ? null : `must be a list of examples, got ${typeName(value)}`;

/** Every field that has a rule. Unknown fields are kept and never refused. */
export const fields: Readonly<Record<string, FieldRow>> = {
  language: { shape: scalarOrList, doubt: languageDoubt },
  license: { shape: scalarOrList, doubt: licenseDoubt },
  tags: { shape: scalarOrList },
  datasets: { shape: scalarOrList, doubt: datasetDoubt },
  metrics: { shape: scalarOrList, doubt: metricDoubt },
  pipeline_tag: { shape: textOnly, doubt: taskDoubt },
  thumbnail: { shape: textOnly },
  new_version: { shape: textOnly, doubt: newVersionDoubt },
  inference: { shape: booleanOrMapping },
  widget: { shape: listOnly },
  'model-index': { shape: modelIndexProblem },
  extra_gated_fields: { shape: () => null, doubts: (value) => readGateFields(value).problems },
};

/** Those of spaces alone, which the Hub would refuse; here, where no space runs, they are doubts. */
export const spaceFields: Readonly<Record<string, FieldRow>> = {
  sdk: { shape: () => null, doubt: oneOf('sdk', ['gradio', 'streamlit', 'docker', 'static']) },
  emoji: { shape: () => null, doubt: emojiDoubt },
  colorFrom: { shape: () => null, doubt: oneOf('colorFrom', spaceColours) },
  colorTo: { shape: () => null, doubt: oneOf('colorTo', spaceColours) },
};

/**
 * Checks the fields of a card. Errors (a wrong shape) refuse a push; warnings (an unknown identifier) name the nearest
 * valid value and let it pass. An empty field counts as absent.
 */
export function checkCard(card: ParsedCard, context: CardContext): readonly CardProblem[] {
  const rows = context.kind === 'space' ? { ...fields, ...spaceFields } : fields;
  return Object.entries(rows).flatMap(([field, row]) => checkField(card, context, field, row));
}

function checkField(card: ParsedCard, context: CardContext, field: string, row: FieldRow): readonly CardProblem[] {
  const value = Object.hasOwn(card.metadata, field) ? card.metadata[field] : undefined;
  if (value === undefined || value === null || value === '') return [];
  const line = card.lines[field];
  const place = { file: 'README.md', ...(line ? { line } : {}), field };
  const wrong = row.shape(value);
  if (wrong)
    return [{ ...place, ...refusal(card, field, typeof wrong === 'string' ? { reason: wrong, path: [] } : wrong) }];
  const whole = (row.doubts?.(value) ?? []).map(({ message, ...rest }) => ({
    message: `"${field}": ${message}`,
    ...rest,
  }));
  const single = row.doubt ? doubtsOf(textList(value), row.doubt, context) : [];
  return [...whole, ...single].map(({ message, suggestion }) => ({
    ...place,
    severity: 'warning',
    message,
    ...(suggestion ? { suggestion } : {}),
  }));
}

/** Told at the innermost list or map that holds what is wrong: of other values the line is not known. */
function refusal(card: ParsedCard, field: string, { reason, path }: Misshape) {
  let value: unknown = card.metadata;
  let line = card.lines[field];
  for (const key of [field, ...path]) {
    value = (value as Record<string | number, unknown>)[key];
    line = card.begins.get(value as object) ?? line;
  }
  return { severity: 'error' as const, message: `"${field}" ${reason}`, ...(line ? { line } : {}) };
}

/** Looking for the nearest value takes time, so a list of nonsense is told about only in part. */
const maxDoubts = 20;

function doubtsOf(
  values: readonly string[],
  doubt: Doubt,
  context: CardContext,
): readonly NonNullable<ReturnType<Doubt>>[] {
  const doubts: NonNullable<ReturnType<Doubt>>[] = [];
  for (const value of values) {
    if (doubts.length === maxDoubts) break;
    const found = doubt(value, context);
    if (found) doubts.push(found);
  }
  return doubts;
}

function oneOf(field: string, known: readonly string[]): Doubt {
  return (value) => {
    if (known.includes(value)) return null;
    const message = `"${field}": ${quoted(value)} is none of ${known.join(', ')}`;
    return { message, suggestion: nearest(value, known) };
  };
}

function emojiDoubt(value: string): ReturnType<Doubt> {
  const isOne = [...new Intl.Segmenter().segment(value.slice(0, 100))].length === 1;
  const isEmoji = isOne && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(value);
  return isEmoji ? null : { message: `"emoji": ${quoted(value)} is no single emoji` };
}

function languageDoubt(value: string): ReturnType<Doubt> {
  const code = value.toLowerCase();
  if (languageName(code)) return null;
  const base = code.split(/[-_]/)[0]!;
  const suggestion = languageName(base) ? base : (languageCode(code) ?? nearest(code, twoLetterCodes()));
  return { message: `"language": ${quoted(value)} is no ISO 639 code`, suggestion };
}

function licenseDoubt(value: string): ReturnType<Doubt> {
  if (licenses.has(value.toLowerCase())) return null;
  const message = `"license": ${quoted(value)} is no licence identifier`;
  const suggestion = nearestLicense(value);
  // Nothing near: a licence that the list lacks, as there are many.
  return suggestion ? { message, suggestion } : { message: `${message}; one that is not listed is "other"` };
}

function taskDoubt(value: string): ReturnType<Doubt> {
  if (taskOf(value)) return null;
  return { message: `"pipeline_tag": ${quoted(value)} is no task`, suggestion: nearestTask(value) };
}

/** What is said of a dataset that nobody pushed yet: pages leave it out once somebody did. */
export function unknownDatasetMessage(value: string): string {
  return `"datasets": ${quoted(value)} is neither on this hub nor a well-known dataset`;
}

function datasetDoubt(value: string, context: CardContext): ReturnType<Doubt> {
  if (isWellKnownDataset(value) || context.isLocalDataset(value)) return null;
  return {
    message: unknownDatasetMessage(value),
    suggestion: nearest(value, wellKnownDatasets()),
  };
}

function metricDoubt(value: string): ReturnType<Doubt> {
  if (Object.hasOwn(metrics, value)) return null;
  return {
    message: `"metrics": ${quoted(value)} is no metric that is known here`,
    suggestion: nearest(value, metricIds),
  };
}

function newVersionDoubt(value: string): ReturnType<Doubt> {
  return isRepoId(value)
    ? null
    : { message: `"new_version": ${quoted(value)} is no id of a model, such as owner/name` };
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

import { joinCommas, splitCommas } from '../../config/commaList.js';
import type { RepoKind } from '../../config/repo.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import type { ParsedCard } from '../../indexer/card/types.js';
import { isMapping, isSwitchWord, textList } from '../../indexer/card/values.js';
import {
  exampleFields,
  exampleTask,
  type FieldValues,
  metadataFields,
} from '../../views/pages/writing/metadataFields.js';
import { exampleValues } from '../../views/widgets/inputs.js';
import { editFrontMatter, type FieldChanges } from './editFrontMatter.js';

/** Of a card with more the form shows the first; the rest stays as it is. */
const maxExamples = 8;

/** What the form of a card's metadata shows of it: one text a field, '' where nothing is said or the form cannot say it. */
export function fieldValues({ metadata }: ParsedCard, kind: RepoKind, task: string | null): FieldValues {
  const values: Record<string, string> = {};
  for (const { key, type } of metadataFields[kind]) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : null;
    values[key] = type === 'switch' ? switchText(value) : joinCommas(textList(value));
  }
  if (kind !== 'model') return values;
  for (const [index, example] of examplesOf(metadata.widget).slice(0, maxExamples).entries()) {
    if (!isMapping(example)) continue;
    const shown = exampleValues(exampleTask(task), example);
    for (const { name } of exampleFields(task))
      values[`widget.${index}.${name}`] = name === 'example_title' ? String(example[name] ?? '') : (shown[name] ?? '');
  }
  return values;
}

/** How many rows of examples the form has: one more than there are. */
export function exampleRows({ metadata }: ParsedCard): number {
  return Math.min(maxExamples, examplesOf(metadata.widget).length + 1);
}

/**
 * The card with what the form changed. Fields that say what they said are not touched, so a change of the text and one of the form
 * go together.
 * @param was what the form showed, `now` what it holds
 * @returns null where the front matter cannot be edited: it is no YAML, or too long
 */
export async function withFieldValues(
  text: string,
  { kind, task, was, now }: { kind: RepoKind; task: string | null; was: FieldValues; now: FieldValues },
): Promise<string | null> {
  const changed = Object.keys(now).filter((name) => lines(now[name]) !== lines(was[name]));
  if (changed.length === 0) return text;
  const card = parseCard(text);
  if (card.problems.some(({ severity }) => severity === 'error')) return null;
  const changes = new Map<string, unknown>();
  for (const { key, type } of metadataFields[kind]) {
    if (!changed.includes(key)) continue;
    const value = fieldValue(type, now[key] ?? '', card.metadata[key]);
    if (value !== undefined) changes.set(key, value);
  }
  if (kind === 'model' && changed.some((name) => name.startsWith('widget.')))
    changes.set('widget', changedExamples(card.metadata.widget, task, changed, now));
  return editFrontMatter(text, changes as FieldChanges);
}

function lines(text = ''): string {
  return text.replace(/\r\n?/g, '\n');
}

function switchText(value: unknown): string {
  if (isMapping(value)) return 'parameters';
  if (value === false || (isSwitchWord(value) && /^(false|no|off)$/i.test(String(value)))) return 'off';
  return value === undefined || value === null || value === '' ? '' : 'on';
}

/** Undefined = the form cannot say it. */
function fieldValue(type: 'text' | 'list' | 'either' | 'switch', text: string, before: unknown): unknown {
  if (type === 'switch') return { on: true, off: false, '': null }[text];
  if (type === 'text') return text.trim() || null;
  const items = [...new Set(splitCommas(text))].filter(Boolean);
  if (items.length === 0) return null;
  return type === 'either' && items.length === 1 && !Array.isArray(before) ? items[0] : items;
}

function examplesOf(widget: unknown): readonly unknown[] {
  return Array.isArray(widget) ? widget : [];
}

/** An example whose fields are all empty goes; keys that the form does not show stay. */
function changedExamples(
  widget: unknown,
  task: string | null,
  changed: readonly string[],
  now: FieldValues,
): readonly unknown[] | null {
  const examples = [...examplesOf(widget)];
  const fields = exampleFields(task);
  for (let index = 0; index < maxExamples; index += 1) {
    if (!changed.some((name) => name.startsWith(`widget.${index}.`))) continue;
    const texts = fields.map((field) => [field, lines(now[`widget.${index}.${field.name}`]).trim()] as const);
    const before = examples[index];
    const example: Record<string, unknown> = isMapping(before) ? { ...before } : {};
    for (const [{ name, aliases, list }, text] of texts) {
      if (!changed.includes(`widget.${index}.${name}`)) continue;
      const key = [name, ...aliases].find((one) => one in example) ?? name;
      if (text) example[key] = list === 'lines' ? text.split('\n').filter(Boolean) : text;
      else delete example[key];
    }
    examples[index] = texts.every(([, text]) => text === '') ? undefined : example;
  }
  const left = examples.filter((example) => example !== undefined);
  return left.length === 0 ? null : left;
}

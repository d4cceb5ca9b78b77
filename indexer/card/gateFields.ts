import { nearest } from '../../config/nearest.js';
import { isMapping, text } from './values.js';

const maxFields = 20;
const maxOptions = 100;
const maxLabel = 200;

/** What a card may ask of those who want its files, by the type that `extra_gated_fields` names. */
const kinds = {
  text: 'text',
  checkbox: 'checkbox',
  date_picker: 'date',
  country: 'country',
  select: 'select',
} as const;

export interface GateOption {
  /** What is kept of an answer. */
  readonly value: string;
  readonly text: string;
}

export interface GateField {
  readonly name: string;
  readonly label: string;
  readonly kind: (typeof kinds)[keyof typeof kinds];
  /** Of a select alone. */
  readonly options: readonly GateOption[];
}

export interface GateProblem {
  readonly message: string;
  readonly suggestion?: string | null;
}

/** Reads `extra_gated_fields`. What cannot be asked is left out, and told. */
export function readGateFields(value: unknown): {
  readonly fields: readonly GateField[];
  readonly problems: readonly GateProblem[];
} {
  if (value === undefined || value === null) return { fields: [], problems: [] };
  if (!isMapping(value)) return { fields: [], problems: [{ message: 'must be a map of questions: nothing is asked' }] };
  const fields: GateField[] = [];
  const problems: GateProblem[] = [];
  const asked = Object.entries(value);
  for (const [place, [label, type]] of asked.slice(0, maxFields).entries()) {
    const read = readField(`field-${place}`, label.trim().slice(0, maxLabel), type);
    if ('message' in read) problems.push(read);
    else fields.push(read);
  }
  if (asked.length > maxFields) problems.push({ message: `only the first ${maxFields} questions are asked` });
  return { fields, problems };
}

function readField(name: string, label: string, asked: unknown): GateField | GateProblem {
  const { type, options } = isMapping(asked) ? asked : { type: asked, options: undefined };
  const question = `the question ${JSON.stringify(label)} is not asked`;
  if (!label) return { message: `${question}: it has no words` };
  const word = text(type) ?? '';
  if (!isKind(word)) {
    const known = Object.keys(kinds);
    const given = JSON.stringify(word.slice(0, maxLabel));
    return { message: `${question}: ${given} is none of ${known.join(', ')}`, suggestion: nearest(word, known) };
  }
  const choices = word === 'select' ? optionsOf(options) : [];
  if (word === 'select' && choices.length === 0) return { message: `${question}: it has no options` };
  return { name, label, kind: kinds[word], options: choices };
}

function isKind(word: string): word is keyof typeof kinds {
  return Object.hasOwn(kinds, word);
}

/** Texts, or pairs of a label and a value. */
function optionsOf(options: unknown): readonly GateOption[] {
  if (!Array.isArray(options)) return [];
  return options.slice(0, maxOptions).flatMap((option: unknown) => {
    const [label, value] = isMapping(option) ? [option.label, option.value] : [option, option];
    const kept = (text(value) ?? text(label))?.slice(0, maxLabel);
    return kept ? [{ value: kept, text: (text(label) ?? kept).slice(0, maxLabel) }] : [];
  });
}

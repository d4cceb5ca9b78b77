import { isJsonObject } from '../../config/jsonObject.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import type { FormErrors } from '../../views/components/form.js';
import type { GateField, GateWords } from '../../views/components/gatePanel.js';
import type { RepoRow } from '../accounts/types.js';
import type { Form } from '../csrf.js';
import type { Services } from '../services.js';

const maxFields = 20;
const maxOptions = 100;
const maxLabel = 200;
const maxAnswer = 500;

const kinds: Readonly<Record<string, GateField['kind']>> = {
  text: 'text',
  checkbox: 'checkbox',
  date_picker: 'date',
  country: 'country',
  select: 'select',
};

const maxCardBytes = 2 ** 20;

export interface GateForm {
  readonly words: GateWords;
  readonly fields: readonly GateField[];
}

/** What the card of the default branch asks. */
export async function readGateForm(
  { repositories }: Pick<Services, 'repositories'>,
  { ref }: RepoRow,
): Promise<GateForm> {
  const repository = repositories.open(ref);
  const head = await repository.head();
  const file = head ? await repository.entry(head, 'README.md') : null;
  if (file?.type !== 'file' || file.lfs || file.sizeBytes > maxCardBytes) return gateFormOf({});
  return gateFormOf(parseCard((await repository.blob(file.oid, maxCardBytes)).toString('utf8')).metadata);
}

/** What a card asks of those who want the files: its `extra_gated_…` fields. What is not understood is left out. */
export function gateFormOf(metadata: Readonly<Record<string, unknown>>): GateForm {
  const words = (key: string, length: number): string | null => {
    const value = metadata[`extra_gated_${key}`];
    return typeof value === 'string' && value.trim() ? value.trim().slice(0, length) : null;
  };
  return {
    words: {
      heading: words('heading', 200),
      description: words('description', 2000),
      prompt: words('prompt', 10_000),
      button: words('button_content', 60),
    },
    fields: fieldsOf(metadata.extra_gated_fields),
  };
}

function fieldsOf(value: unknown): readonly GateField[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value)
    .slice(0, maxFields)
    .flatMap(([label, asked], place) => fieldOf(`field-${place}`, label.trim().slice(0, maxLabel), asked));
}

function fieldOf(name: string, label: string, asked: unknown): readonly GateField[] {
  const { type, options } = (typeof asked === 'object' && asked !== null ? asked : { type: asked }) as {
    type?: unknown;
    options?: unknown;
  };
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type]! : null;
  if (!label || !kind) return [];
  return [{ name, label, kind, options: kind === 'select' ? optionsOf(options) : [] }];
}

/** Texts, or pairs of a label and a value, of which the value is kept. */
function optionsOf(options: unknown): readonly string[] {
  if (!Array.isArray(options)) return [];
  return options
    .map((option: unknown) => {
      const value = typeof option === 'object' && option !== null ? (option as { value?: unknown }).value : option;
      return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, maxLabel) : '';
    })
    .filter(Boolean)
    .slice(0, maxOptions);
}

/** Every field must be answered. @returns answers by label, or what is wrong */
export function gateAnswers(
  fields: readonly GateField[],
  form: Form,
): { readonly answers: Readonly<Record<string, string>>; readonly errors: FormErrors } {
  const answers: Record<string, string> = {};
  const errors: Record<string, string> = {};
  for (const { name, label, kind, options } of fields) {
    const answer = (form[name] ?? '').trim().slice(0, maxAnswer);
    if (kind === 'checkbox' ? answer !== 'yes' : answer === '') errors[name] = `“${label}” needs an answer.`;
    else if (kind === 'select' && !options.includes(answer)) errors[name] = `“${label}” takes one of the choices.`;
    else if (kind === 'date' && !/^\d{4}-\d\d-\d\d$/.test(answer)) errors[name] = `“${label}” takes a date.`;
    answers[label] = answer;
  }
  return { answers, errors };
}

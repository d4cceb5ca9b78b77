import { countries } from '../../config/vocabulary/countries.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import { type GateField, type GateOption, readGateFields } from '../../indexer/card/gateFields.js';
import type { FormErrors } from '../../views/components/form.js';
import type { RepoRow } from '../accounts/types.js';
import type { Form } from '../csrf.js';
import type { Services } from '../services.js';

const maxAnswer = 500;
const maxCardBytes = 2 ** 20;

/** What a card says in place of the hub's own words; description and prompt are Markdown. */
export interface GateTexts {
  readonly heading: string | null;
  readonly description: string | null;
  readonly prompt: string | null;
  readonly button: string | null;
}

export interface GateForm {
  readonly texts: GateTexts;
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
    texts: {
      heading: words('heading', 200),
      description: words('description', 5000),
      prompt: words('prompt', 100_000),
      button: words('button_content', 60),
    },
    fields: readGateFields(metadata.extra_gated_fields).fields.map(withCountries),
  };
}

const allCountries: readonly GateOption[] = countries.map(({ code, name }) => ({ value: code, text: name }));

function withCountries(field: GateField): GateField {
  return field.kind === 'country' ? { ...field, options: allCountries } : field;
}

/** The answers as the people who gave them read them: labels of options and names of countries for what is kept. */
export function shownAnswers(
  fields: readonly GateField[],
  answers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const options = new Map(fields.map(({ label, options }) => [label, options]));
  const shown = (label: string, answer: string) =>
    options.get(label)?.find(({ value }) => value === answer)?.text ?? answer;
  return Object.fromEntries(Object.entries(answers).map(([label, answer]) => [label, shown(label, answer)]));
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
    else if (options.length > 0 && !options.some(({ value }) => value === answer))
      errors[name] = `“${label}” takes one of the choices.`;
    else if (kind === 'date' && !/^\d{4}-\d\d-\d\d$/.test(answer)) errors[name] = `“${label}” takes a date.`;
    answers[label] = answer;
  }
  return { answers, errors };
}

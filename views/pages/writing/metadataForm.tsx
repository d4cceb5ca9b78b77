import type { CardProblem } from '../../../indexer/card/types.js';
import { Icon } from '../../components/icon.js';
import { plural } from '../../format.js';
import type { ExampleField, FieldValues, MetadataField } from './metadataFields.js';

export interface MetadataView {
  readonly fields: readonly MetadataField[];
  readonly values: FieldValues;
  /** Fields of one example, and how many the form has room for; none for datasets. */
  readonly example: readonly ExampleField[];
  readonly rows: number;
  readonly known: Readonly<
    Record<NonNullable<MetadataField['known']>, readonly (readonly [id: string, label: string])[]>
  >;
  readonly problems: readonly CardProblem[];
  /** Parts that the card says nothing of, as one names them. */
  readonly missing: readonly string[];
  /** Whether somebody asked. */
  readonly checked: boolean;
  /** The card is being made, or says next to nothing: its fields wait to be filled in. */
  readonly isNew: boolean;
}

/** The metadata of a card as a form; it writes YAML into the text below, which can be edited as well. */
export function MetadataForm({ view }: { readonly view: MetadataView }) {
  const { fields, values, known, checked, problems, isNew } = view;
  const isBroken = problems.some(({ severity, field }) => severity === 'error' && !field);
  return (
    <details class="panel metadata" data-metadata open={isNew || checked || problems.length > 0}>
      <summary>Metadata</summary>
      <div class="metadata-body">
        <Verdict view={view} />
        <input type="hidden" name="was" value={JSON.stringify(values)} />
        <fieldset class="metadata-fields" disabled={isBroken}>
          <legend class="visually-hidden">Fields</legend>
          {fields.map((field) => (
            <MetadataInput key={field.key} field={field} values={values} known={known} />
          ))}
        </fieldset>
        {view.example.length > 0 && (
          <details class="metadata-examples" open={view.rows > 1}>
            <summary>Examples of the widget</summary>
            {Array.from({ length: view.rows }, (_, index) => (
              <fieldset key={index} class="metadata-fields metadata-example" disabled={isBroken}>
                <legend>{index === view.rows - 1 ? 'Another example' : `Example ${index + 1}`}</legend>
                {view.example.map((field) => (
                  <ExampleInput key={field.name} field={field} index={index} values={values} />
                ))}
              </fieldset>
            ))}
          </details>
        )}
        <p class="button-row">
          <button class="button" type="submit" name="do" value="check">
            Check metadata
          </button>
          <span class="field-hint">Writes the fields into the text below and checks it as a push does.</span>
        </p>
      </div>
    </details>
  );
}

function Verdict({ view: { problems, missing, checked } }: { readonly view: MetadataView }) {
  return (
    <div class="metadata-verdict" role="status" tabindex={-1} id="metadata-verdict" autofocus={checked}>
      {problems.length > 0 && (
        <ul class="findings">
          {problems.slice(0, 20).map(({ severity, line, message, suggestion }, index) => (
            <li key={index} class={severity === 'error' ? 'field-error' : 'field-warning'}>
              <Icon name="triangle-alert" /> {severity === 'error' ? 'Must be mended' : 'Doubtful'}
              {line ? `, line ${line}` : ''}: {message}.{suggestion ? ` Did you mean “${suggestion}”?` : ''}
            </li>
          ))}
        </ul>
      )}
      {problems.length > 20 && <p>And {plural(problems.length - 20, 'more')}.</p>}
      {problems.length === 0 && checked && (
        <p>
          <Icon name="circle-check" /> The metadata breaks no rule.
        </p>
      )}
      {missing.length > 0 && <p class="muted small">The card says nothing of: {missing.join(', ')}.</p>}
    </div>
  );
}

interface InputProps {
  readonly field: MetadataField;
  readonly values: FieldValues;
  readonly known: MetadataView['known'];
}

function MetadataInput({ field: { key, label, hint, type, known: list }, values, known }: InputProps) {
  const id = `meta.${key}`;
  const value = values[key] ?? '';
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'switch' ? (
        <select id={id} name={id} class="input" aria-describedby={`${id}-hint`}>
          {switchChoices(value).map(([choice, text]) => (
            <option key={choice} value={choice} selected={choice === value}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          name={id}
          class="input"
          value={value}
          maxlength={20_000}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="auto"
          list={list ? `known-${list}` : undefined}
          data-many={type !== 'text' || undefined}
          aria-describedby={`${id}-hint`}
        />
      )}
      <p class="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
      {list && (
        <datalist id={`known-${list}`}>
          {known[list].map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </datalist>
      )}
    </div>
  );
}

function switchChoices(value: string): readonly (readonly [string, string])[] {
  return [
    ['', 'On (not said)'],
    ['on', 'On'],
    ['off', 'Off'],
    ...(value === 'parameters' ? [['parameters', 'On, with parameters'] as const] : []),
  ];
}

interface ExampleInputProps {
  readonly field: ExampleField;
  readonly index: number;
  readonly values: FieldValues;
}

function ExampleInput({ field: { name, label, long }, index, values }: ExampleInputProps) {
  const id = `meta.widget.${index}.${name}`;
  const shared = { id, name: id, class: 'input', dir: 'auto', maxlength: 20_000, autocomplete: 'off' } as const;
  const value = values[`widget.${index}.${name}`] ?? '';
  return (
    <div class={long ? 'field field-long' : 'field'}>
      <label for={id}>{label}</label>
      {long ? <textarea {...shared} rows={2} value={`\n${value}`} /> : <input {...shared} value={value} />}
    </div>
  );
}

import type { HTMLAttributes } from 'preact';
import { useChrome } from '../chrome.js';
import { CsrfField } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { safeUrl } from '../safe.js';
import { FileField, FileOfExample } from './fileField.js';
import { takesFile, type WidgetField, type WidgetValues, widgetFields } from './inputs.js';
import { JsonLater } from './json.js';
import { type WidgetResult, WidgetResultView } from './result.js';
import { TaskName } from './taskName.js';
import { Unavailable, type WidgetRemedy } from './unavailable.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-widget': HTMLAttributes<HTMLElement>;
    }
  }
}

export interface WidgetExampleView {
  readonly title: string;
  readonly group: string | null;
  /** The page with this example filled in. */
  readonly href: string;
  readonly values: WidgetValues;
}

export interface WidgetView {
  /** Whose form and answers it has. */
  readonly task: string;
  readonly taskLabel: string;
  /** Task with a page that explains it. */
  readonly taskId: string | null;
  /** Where the form posts to: the model's page. */
  readonly action: string;
  readonly values: WidgetValues;
  readonly examples: readonly WidgetExampleView[];
  /** Which example the form holds. */
  readonly chosen: number | null;
  /** Address or form say what to fill in: no example is picked at random. */
  readonly pinned: boolean;
  readonly maskToken: string | null;
  /** How many are asked for where the form does not say; null = left to the model. */
  readonly newTokens: number | null;
  /** Whether the hub fetches files that are elsewhere. */
  readonly takesAddresses: boolean;
  /** Why the model cannot be run: then only examples that bring their answers are here, to be read. */
  readonly unavailable: string | null;
  readonly remedy: WidgetRemedy | null;
  readonly result: WidgetResult;
}

/**
 * Try it: a form that works without JavaScript; the answer comes with the page. `<hub-widget>` (views/browser) does the same
 * without loading pages: it posts this form with `X-Fragment: widget` and puts what comes back into `.widget-result`.
 */
export function Widget({ view }: { view: WidgetView }) {
  const fields = (widgetFields[view.task] ?? []).filter(({ kind }) => kind !== 'held');
  // What was said stands in the conversation; the next message is yet to be written.
  const isSaid = view.task === 'conversational' && view.result.state === 'done' && !view.result.fromCard;
  const values = isSaid ? {} : view.values;
  return (
    <hub-widget>
      <section
        class="panel widget"
        aria-labelledby="widget-title"
        id="widget"
        data-pinned={view.pinned ? '' : undefined}
        data-state={view.result.state}
        data-task={view.task}
      >
        <header class="widget-head">
          <h2 id="widget-title">{view.unavailable ? 'Examples' : 'Try it'}</h2>
          {view.examples.length > 0 && <Examples view={view} />}
          <TaskName task={view.task} id={view.taskId} label={view.taskLabel} />
        </header>
        <form
          class="widget-form"
          id="widget-form"
          method="post"
          action={safeUrl(`${view.action}#widget`)}
          enctype={takesFile(view.task) ? 'multipart/form-data' : undefined}
        >
          {useChrome().viewer && <CsrfField />}
          <input type="hidden" name="example" value={view.chosen ?? ''} />
          {fields
            .filter(({ parameter }) => !parameter)
            .map((field) => (
              <FieldOf
                key={field.name}
                field={field}
                value={values[field.name] ?? ''}
                readOnly={view.unavailable !== null}
                takesAddresses={view.takesAddresses}
                repository={view.action}
              />
            ))}
          {!view.unavailable && <Parameters fields={fields} view={view} />}
          {view.unavailable ? <Unavailable reason={view.unavailable} remedy={view.remedy} /> : <Controls view={view} />}
        </form>
        <p class="widget-status widget-note" role="status" data-told />
        <p class="widget-loading widget-note" hidden data-loading>
          <progress max={100} value={0} aria-label="Loading the model" />
          <span aria-hidden="true" data-left />
        </p>
        <div class="widget-result">
          <WidgetResultView task={view.task} values={view.values} result={view.result} />
        </div>
        {!view.unavailable && <JsonLater />}
      </section>
    </hub-widget>
  );
}

/** What may be tuned, folded away unless somebody did. */
function Parameters({ fields, view: { values, newTokens } }: { fields: readonly WidgetField[]; view: WidgetView }) {
  const tunable = fields.filter(({ parameter }) => parameter);
  if (tunable.length === 0) return null;
  return (
    <details class="widget-parameters" open={tunable.some(({ name }) => values[name])}>
      <summary>Parameters</summary>
      <div class="widget-numbers">
        {tunable.map(({ name, label, parameter }) => (
          <div key={name} class="field">
            <label for={`widget-${name}`}>{label}</label>
            <input
              class="input"
              type="number"
              id={`widget-${name}`}
              name={name}
              value={values[name] ?? ''}
              min={parameter?.least}
              max={parameter?.most}
              step={parameter?.step}
              placeholder={name === 'max_new_tokens' && newTokens !== null ? `${newTokens}` : 'default'}
              data-parameter
            />
          </div>
        ))}
      </div>
    </details>
  );
}

function Controls({ view }: { view: WidgetView }) {
  return (
    <>
      {view.task === 'fill-mask' && view.maskToken && (
        <p class="widget-note">
          The mask is <code>{view.maskToken}</code>.{' '}
          <button type="button" class="link-button" hidden data-insert={view.maskToken}>
            Insert {view.maskToken}
          </button>
        </p>
      )}
      <div class="button-row">
        <button type="submit" class="button button-primary">
          {view.task === 'conversational' ? 'Send' : 'Compute'}
        </button>
        <kbd class="widget-note" hidden data-shortcut>
          {view.task === 'conversational' ? 'Enter' : 'Ctrl+Enter'}
        </kbd>
        <button type="button" class="link-button" hidden data-undo>
          Bring my text back
        </button>
        <span class="widget-time mono" aria-hidden="true" />
        <button
          type="button"
          class="copy-button widget-maximize"
          hidden
          data-maximize
          aria-label="Maximize"
          title="Maximize"
        >
          <Icon name="maximize-2" />
          <Icon name="minimize-2" class="minimize" />
        </button>
      </div>
    </>
  );
}

function isOwnFile(source: string | undefined): boolean {
  return source?.startsWith('data:') ?? false;
}

function Examples({ view: { examples, chosen } }: { view: WidgetView }) {
  const groups = [...new Set(examples.map(({ group }) => group))];
  const isGrouped = groups.length > 1;
  return (
    <div class="widget-pick">
      {isGrouped && (
        <select class="input widget-groups" hidden aria-label="Group of examples" autocomplete="off" data-groups>
          {groups.map((group) => (
            <option key={group} value={group ?? noGroup}>
              {group ?? noGroup}
            </option>
          ))}
        </select>
      )}
      <details class="menu widget-examples">
        <summary class="button">
          Examples <Icon name="chevron-down" />
        </summary>
        <div class="menu-panel">
          {groups.map((group) => (
            <ul key={group} class="widget-list" aria-label={group ?? 'Examples'} data-group={group ?? noGroup}>
              {isGrouped && <li class="widget-group">{group ?? noGroup}</li>}
              {examples.map(
                (example, index) =>
                  example.group === group && <ExampleLink key={example.href} {...{ example, index, chosen }} />,
              )}
            </ul>
          ))}
        </div>
      </details>
    </div>
  );
}

/** As the Hub calls it. */
const noGroup = 'Group 1';

interface ExampleLinkProps {
  readonly example: WidgetExampleView;
  readonly index: number;
  readonly chosen: number | null;
}

function ExampleLink({ example: { href, title, values }, index, chosen }: ExampleLinkProps) {
  // A file that stands in its address is better fetched with the page: it may be long.
  const isFetched = isOwnFile(values.src);
  return (
    <li>
      <a
        href={safeUrl(href)}
        data-example={isFetched ? undefined : index}
        data-values={isFetched ? undefined : JSON.stringify(values)}
        aria-current={index === chosen ? 'true' : undefined}
      >
        {title}
      </a>
    </li>
  );
}

function FieldOf({
  field: { name, label, kind, rows, accept, isTable, list },
  value,
  readOnly,
  takesAddresses,
  repository,
}: {
  field: WidgetField;
  value: string;
  readOnly: boolean;
  takesAddresses: boolean;
  repository: string;
}) {
  const id = `widget-${name}`;
  if (kind === 'switch') {
    return (
      <label class="checkbox">
        <input type="checkbox" id={id} name={name} value="true" checked={value === 'true'} disabled={readOnly} />{' '}
        {label}
      </label>
    );
  }
  if (kind === 'file') {
    const Field = readOnly ? FileOfExample : FileField;
    return <Field {...{ label, accept, source: value, takesAddresses, repository }} />;
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === 'line' ? (
        <input
          class="input"
          id={id}
          name={name}
          value={value}
          dir="auto"
          autocomplete="off"
          required
          readOnly={readOnly}
          data-as={list}
        />
      ) : (
        // Browsers drop the first line end of a textarea.
        <textarea
          class="input"
          id={id}
          name={name}
          rows={rows}
          dir="auto"
          spellcheck={false}
          required
          readOnly={readOnly}
          data-as={isTable ? 'table' : list}
        >
          {`\n${value}`}
        </textarea>
      )}
      {isTable && !readOnly && (
        <p class="widget-note" data-plain-table>
          Lines of cells between commas, the first with the columns’ names; or JSON,{' '}
          <code>{'{"name": ["cell", …], …}'}</code>.
        </p>
      )}
    </div>
  );
}

import { CsrfField } from '../components/form.js';
import { safeUrl } from '../safe.js';
import { JsonView, WidgetAnswer } from './answer.js';
import { type WidgetValues, widgetFields } from './inputs.js';

export interface WidgetView {
  readonly task: string;
  readonly taskLabel: string;
  /** Where the form posts to: the model's page. */
  readonly action: string;
  readonly values: WidgetValues;
  readonly examples: readonly { readonly title: string; readonly href: string }[];
  readonly answer: { readonly output: unknown; readonly seconds: number } | null;
  readonly error: string | null;
}

/** Try it: a form that works without JavaScript; the answer comes with the page. */
export function Widget({ view }: { view: WidgetView }) {
  const fields = widgetFields[view.task] ?? [];
  return (
    <section class="panel widget" aria-labelledby="widget-title" id="widget">
      <h2 id="widget-title">Try it · {view.taskLabel}</h2>
      {view.examples.length > 0 && (
        <ul class="widget-examples" aria-label="Examples">
          {view.examples.map((example) => (
            <li key={example.href}>
              <a href={safeUrl(example.href)}>{example.title}</a>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={safeUrl(`${view.action}#widget`)}>
        <CsrfField />
        {fields.map((field) => (
          <p class="field" key={field.name}>
            <label for={`widget-${field.name}`}>{field.label}</label>
            <textarea id={`widget-${field.name}`} name={field.name} rows={field.rows} dir="auto" required>
              {view.values[field.name] ?? ''}
            </textarea>
          </p>
        ))}
        <p>
          <button type="submit" class="button button-primary">
            Compute
          </button>{' '}
          {view.answer && <span class="muted">{view.answer.seconds.toFixed(2)} s</span>}
        </p>
      </form>
      {view.error && (
        <p class="notice notice-danger" role="alert">
          {view.error}
        </p>
      )}
      {view.answer && (
        <div role="status">
          <WidgetAnswer task={view.task} output={view.answer.output} values={view.values} />
          <details>
            <summary>JSON output</summary>
            <JsonView output={view.answer.output} />
          </details>
        </div>
      )}
    </section>
  );
}

import { CodeBlock } from '../components/copy.js';
import { safeUrl } from '../safe.js';
import { TaskName, type TaskNameProps } from './taskName.js';

/** What a writer can do so that the model runs. */
export interface WidgetRemedy {
  readonly text: string;
  readonly href: string;
  readonly label: string;
}

interface Props {
  /** To be read behind "Not available: ". */
  readonly reason: string;
  /** For those who may write; null = for others. */
  readonly remedy: WidgetRemedy | null;
}

/** One sentence why a model is not run, and for writers another how to mend that. */
export function Unavailable({ reason, remedy }: Props) {
  return (
    <>
      <p class="widget-note">Not available: {reason}.</p>
      {remedy && (
        <p class="widget-note">
          To change this: {remedy.text}. <a href={safeUrl(remedy.href)}>{remedy.label}</a>
        </p>
      )}
    </>
  );
}

/** What stands in place of a widget. */
export interface WidgetMissingView {
  /** Null = not known. */
  readonly task: TaskNameProps | null;
  readonly reason: string;
  readonly remedy: WidgetRemedy | null;
  /** What the API answers of a model whose task is not served; null = its task is. */
  readonly call: { readonly title: string; readonly text: string } | null;
}

export function WidgetMissing({ view: { task, reason, remedy, call } }: { view: WidgetMissingView }) {
  return (
    <section class="panel widget" id="widget" aria-labelledby="widget-title">
      <header class="widget-head">
        <h2 id="widget-title">Try it</h2>
        {task && <TaskName {...task} />}
      </header>
      {call && <p class="widget-note">No widget for this task yet.</p>}
      <Unavailable reason={reason} remedy={remedy} />
      {call && (
        <div class="widget-call">
          <h3 class="facts-title">{call.title}</h3>
          <CodeBlock text={call.text} label={call.title} />
        </div>
      )}
    </section>
  );
}

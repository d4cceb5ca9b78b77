import { safeUrl } from '../safe.js';

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

/** In place of a widget. */
export function WidgetMissing(props: Props) {
  return (
    <section class="panel widget" id="widget" aria-labelledby="widget-title">
      <h2 id="widget-title">Try it</h2>
      <Unavailable {...props} />
    </section>
  );
}

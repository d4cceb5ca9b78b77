import { Notice } from '../components/notice.js';
import { safeUrl } from '../safe.js';
import { WidgetAnswer } from './answer.js';
import { type CardFile, FileOfCard } from './cardFile.js';
import { heldConversation, Thread } from './conversation.js';
import type { Picture } from './drawings.js';
import { Growing } from './growing.js';
import type { WidgetValues } from './inputs.js';
import { JsonView } from './json.js';

/** Where a question to a model stands. */
export type WidgetResult =
  /** Nothing was asked. */
  | { readonly state: 'idle' }
  /** Asked without loading the model, and it is not loaded; that would take so long. */
  | { readonly state: 'unloaded'; readonly seconds: number }
  /** The load has begun; ask again. */
  | { readonly state: 'loading'; readonly seconds: number }
  /** A text that is being written: its parts follow. */
  | { readonly state: 'running' }
  | {
      readonly state: 'error';
      readonly message: string;
      readonly hint: string | null;
      /** Page that signs in, when that would help. */
      readonly signIn: string | null;
      /** The same question may be answered a little later. */
      readonly mayPass: boolean;
    }
  | {
      readonly state: 'done';
      readonly output: unknown;
      /** How long the model took; null = an answer that was kept. */
      readonly seconds: number | null;
      /** `cpu+fp32` */
      readonly computeType: string | null;
      /** The author wrote it into the card; the model was not asked. */
      readonly fromCard: boolean;
      /** The image that was asked about, where the answer is drawn on it. */
      readonly picture?: Picture | null;
      /** What the card gives in place of an answer's bytes: the file's own name, and where it is. */
      readonly file?: CardFile | null;
    };

/**
 * What a widget shows below its form; `data-state` and `data-seconds` are read by `<hub-widget>`, which says on its own line
 * that a model loads.
 */
export function WidgetResultView({
  task,
  values,
  result,
}: {
  task: string;
  values: WidgetValues;
  result: WidgetResult;
}) {
  switch (result.state) {
    case 'idle':
      return null;
    case 'unloaded':
      return (
        <p class="widget-note" data-state="unloaded" data-seconds={result.seconds}>
          Loads on demand (about {Math.ceil(result.seconds)} s)
        </p>
      );
    case 'loading':
      return (
        <p class="widget-note" data-state="loading" data-seconds={result.seconds}>
          Loading the model, about {Math.ceil(result.seconds)} s
        </p>
      );
    case 'running':
      return (
        <div data-state="running">
          <Growing task={task} values={values} />
        </div>
      );
    case 'error':
      return (
        <div data-state="error">
          <Notice tone="danger" role="alert">
            <p>{result.message}</p>
            {result.hint && <p>{result.hint}</p>}
            {result.signIn && (
              <p>
                <a href={safeUrl(result.signIn)}>Log in</a>
              </p>
            )}
            {result.mayPass && (
              <button type="button" class="button" hidden data-retry>
                Retry
              </button>
            )}
          </Notice>
          {task === 'conversational' && <Thread conversation={heldConversation(values.turns)} />}
        </div>
      );
    case 'done':
      return (
        <div data-state="done">
          <p class="widget-note" data-time>
            {timeLine(result)}
          </p>
          {result.file ? (
            <FileOfCard file={result.file} about={values.text ?? ''} />
          ) : (
            <WidgetAnswer task={task} output={result.output} values={values} picture={result.picture} />
          )}
          <JsonView output={result.output} />
        </div>
      );
  }
}

function timeLine({
  seconds,
  computeType,
  fromCard,
}: {
  seconds: number | null;
  computeType: string | null;
  fromCard: boolean;
}): string {
  if (fromCard) return 'From the model card; the model was not asked.';
  if (seconds === null) return 'Cached answer';
  const [device = 'cpu', precision] = (computeType ?? 'cpu').split('+');
  const time = seconds < 0.01 ? 'Under 0.01 s' : `${seconds.toFixed(2)} s`;
  return `${time} on ${device.toUpperCase()}${precision ? `, ${precision}` : ''}`;
}

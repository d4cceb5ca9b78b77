import { isJsonObject } from '../../config/jsonObject.js';
import { CopyButton } from '../components/copy.js';
import { Empty } from './empty.js';
import type { WidgetValues } from './inputs.js';
import { listOf, numberOf } from './shapes.js';

interface WrittenProps {
  readonly output: unknown;
  readonly values: WidgetValues;
}

/** The texts that a model wrote, each with a button that copies it; null when the answer has another form. */
export function Written({ output }: Pick<WrittenProps, 'output'>) {
  const texts = listOf([output].flat(), writtenText);
  if (!texts || texts.length === 0) return null;
  if (texts.every((text) => text.trim() === '')) return <Empty what="No text was generated." />;
  return (
    <>
      {texts.map((text, index) => (
        <TextBlock key={index} text={text} />
      ))}
    </>
  );
}

/** A text with its continuation marked; the text itself is left out of the mark where the answer repeats it. */
export function Continued({ output, values }: WrittenProps) {
  const texts = listOf([output].flat(), writtenText);
  if (!texts || texts.length === 0) return null;
  const prompt = values.text ?? '';
  const parts = texts.map((text) => (text.startsWith(prompt) ? text.slice(prompt.length) : text));
  if (parts.every((part) => part.trim() === '')) return <Empty what="No text was generated." />;
  return (
    <>
      {parts.map((part, index) => (
        <div key={index} class="text-block">
          <p class="widget-text" dir="auto" data-written>
            {prompt}
            <mark class="written">{part}</mark>
          </p>
          <CopyButton text={prompt + part} label="Copy the text" />
        </div>
      ))}
      {parts.length === 1 && <Continuing />}
    </>
  );
}

/** Shown by `<hub-widget>`: the text as far as it goes becomes the one to continue. */
export function Continuing() {
  return (
    <p class="button-row" hidden data-continuing>
      <button type="button" class="button" data-continue>
        Continue
      </button>
      <button type="button" class="link-button" hidden data-take-back>
        Undo
      </button>
    </p>
  );
}

/** What was heard; with times, each part can be played by `<hub-widget>`. */
export function Heard({ output }: Pick<WrittenProps, 'output'>) {
  if (!isJsonObject(output) || typeof output.text !== 'string') return null;
  if (output.text.trim() === '') return <Empty what="No speech detected." />;
  const chunks = Array.isArray(output.chunks) ? (listOf(output.chunks, chunkOf) ?? []) : [];
  return (
    <>
      <TextBlock text={output.text} />
      {chunks.length > 0 && (
        <ol class="chunks" aria-label="Parts with their times">
          {chunks.slice(0, shownChunks).map(({ text, start, end }, index) => (
            <li key={index}>
              <button type="button" class="chunk-time mono" disabled data-seek={start}>
                {clock(start)}
                {end === null ? '' : ` – ${clock(end)}`}
              </button>{' '}
              <span dir="auto">{text}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

const shownChunks = 500;

interface Chunk {
  readonly text: string;
  readonly start: number;
  readonly end: number | null;
}

function chunkOf(value: unknown): Chunk | null {
  if (!isJsonObject(value) || typeof value.text !== 'string' || !Array.isArray(value.timestamp)) return null;
  const start = numberOf(value.timestamp[0]);
  return start === null ? null : { text: value.text.trim(), start, end: numberOf(value.timestamp[1]) };
}

/** `1:02.5` */
export function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - minutes * 60).toFixed(1);
  return `${minutes}:${rest.padStart(4, '0')}`;
}

export function TextBlock({ text: written }: { readonly text: string }) {
  // Some models begin with the space or line end that their tokens have.
  const text = written.trim();
  return (
    <div class="text-block">
      <p class="widget-text" dir="auto">
        {text}
      </p>
      <CopyButton text={text} label="Copy the text" />
    </div>
  );
}

/** Of a conversation, what was said last. */
function writtenText(row: unknown): string | null {
  if (!isJsonObject(row)) return null;
  const written = row.generated_text ?? row.summary_text ?? row.translation_text ?? row.text;
  if (typeof written === 'string') return written;
  const last: unknown = Array.isArray(written) ? written.at(-1) : null;
  return isJsonObject(last) && typeof last.content === 'string' ? last.content : null;
}

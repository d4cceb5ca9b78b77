import { isJsonObject } from '../../config/jsonObject.js';
import { CopyButton } from '../components/copy.js';
import { formatBytes } from '../format.js';

const maxCharacters = 200_000;

/** Of a longer answer the page would become too heavy: the API has it. */
const maxDownload = 4_000_000;

/** The answer as the API gives it, folded away; of a file what it is, since it is no JSON there. */
export function JsonView({ output }: { output: unknown }) {
  const file = fileOf(output);
  if (file) {
    return (
      <details class="widget-json">
        <summary>Output</summary>
        <p class="widget-note">
          <code>Content-Type: {file.type}</code>, {formatBytes(file.bytes)}
        </p>
      </details>
    );
  }
  const text = prettyJson(output);
  const isCut = text.length > maxCharacters;
  return (
    <details class="widget-json">
      <summary>JSON output</summary>
      <div class="code-block">
        <section class="code-scroll" tabindex={0} aria-label="JSON output">
          <pre>
            <code>{isCut ? `${text.slice(0, maxCharacters)}…` : text}</code>
          </pre>
        </section>
        <CopyButton label="Copy the JSON output" />
      </div>
      {isCut && (
        <p class="widget-note">
          Cut here: the whole answer has {formatBytes(text.length)}.{' '}
          {text.length <= maxDownload ? (
            <a href={dataAddress('application/json', JSON.stringify(output))} download="answer.json">
              Download all of it
            </a>
          ) : (
            'The API gives all of it.'
          )}
        </p>
      )}
    </details>
  );
}

/** Where the answer's JSON will be; it goes once there is one. */
export function JsonLater() {
  return (
    <button type="button" class="widget-json-later" disabled title="There is no answer yet">
      JSON output
    </button>
  );
}

/** A file for a link to download. */
export function dataAddress(type: string, text: string): string {
  return `data:${type};base64,${Buffer.from(text).toString('base64')}`;
}

function fileOf(output: unknown): { readonly type: string; readonly bytes: number } | null {
  if (!isJsonObject(output) || typeof output.blob !== 'string') return null;
  const type = output['content-type'];
  return typeof type === 'string' ? { type, bytes: Math.floor((output.blob.length * 3) / 4) } : null;
}

/** JSON for people: indented, with lists of numbers and texts on one line each. */
export function prettyJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null))
      return `[${value.map((item) => prettyJson(item)).join(', ')}]`;
    return `[\n${value.map((item) => inner + prettyJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${prettyJson(item, inner)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}

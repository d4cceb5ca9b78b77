import { CopyButton } from '../components/copy.js';
import { formatBytes } from '../format.js';

const maxCharacters = 200_000;

/** The answer as the API gives it, folded away. */
export function JsonView({ output }: { output: unknown }) {
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
        <p class="widget-note">Cut here: the whole answer has {formatBytes(text.length)}. The API gives all of it.</p>
      )}
    </details>
  );
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

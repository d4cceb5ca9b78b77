import { plural } from '../format.js';
import type { CodeLine } from './highlight.js';

const maxLineLength = 5000;

/** Lines with numbers that can be linked to (`#L12`, with its script `#L12-L20`) and are not copied with the text. */
export function CodeView({ lines, label }: { readonly lines: readonly CodeLine[]; readonly label: string }) {
  return (
    <hub-lines>
      <section class="code-view" tabindex={0} aria-label={label} dir="ltr">
        <table class="code-lines">
          <tbody>
            {lines.map((line, index) => (
              <tr key={index} id={`L${index + 1}`}>
                <CodeCells number={index + 1} line={line} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </hub-lines>
  );
}

/** The two cells at the end of a row: its number, and the line. */
export function CodeCells({ number, line }: { readonly number: number; readonly line: CodeLine }) {
  return (
    <>
      <td class="line-number" data-line={number} />
      <td class="line-text">
        <CodePieces line={line} />
      </td>
    </>
  );
}

/** A line in its colours, cut where it is too long to be read. */
export function CodePieces({ line }: { readonly line: CodeLine }) {
  let left = maxLineLength;
  const shown = [];
  for (const [index, { text, kind }] of line.entries()) {
    if (left <= 0) break;
    const part = text.slice(0, left);
    left -= part.length;
    shown.push(
      kind ? (
        <span key={index} class={kind}>
          {part}
        </span>
      ) : (
        part
      ),
    );
  }
  const cut = charactersCut(line);
  return (
    <>
      {shown}
      {cut > 0 && <span class="quiet"> … {plural(cut, 'more character')}</span>}
    </>
  );
}

/** How many characters of a line are not shown. */
export function charactersCut(line: CodeLine): number {
  return Math.max(0, line.reduce((length, { text }) => length + text.length, 0) - maxLineLength);
}

import { plural } from '../../../format.js';
import { safeUrl } from '../../../safe.js';
import type { PatchLine } from '../commit.js';
import { type SplitRow, splitRows } from './splitRows.js';

/** As on the page of a file. */
const maxLineLength = 5000;

const signs = { context: ' ', added: '+', removed: '−', hunk: '' } as const;

interface PatchTableProps {
  readonly lines: readonly PatchLine[];
  /** Begins the ids of lines: `diff-0123L4`, `diff-0123R5`. */
  readonly anchor: string;
  readonly label: string;
  readonly isSplit: boolean;
  /** Where more lines around the changes are shown; `endsEarlier`: some are below the last. */
  readonly more?: { readonly href: string; readonly endsEarlier: boolean } | null;
}

/** Lines of a change with their numbers before and after. */
export function PatchTable({ lines, anchor, label, isSplit, more = null }: PatchTableProps) {
  return (
    <section class="code-view patch" tabindex={0} aria-label={label} dir="ltr">
      <table class={isSplit ? 'code-lines patch-split' : 'code-lines'}>
        {isSplit && (
          <colgroup>
            <col class="patch-number" />
            <col />
            <col class="patch-number" />
            <col />
          </colgroup>
        )}
        <tbody>
          {isSplit
            ? splitRows(lines).map((row, index) => <Split key={index} row={row} anchor={anchor} more={more?.href} />)
            : lines.map((line, index) => <Unified key={index} line={line} anchor={anchor} more={more?.href} />)}
          {more?.endsEarlier && (
            <tr class="patch-hunk">
              <td class="line-text" colspan={isSplit ? 4 : 3}>
                <More href={more.href} />
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function More({ href }: { readonly href: string }) {
  return (
    <a href={safeUrl(href)} data-fragment>
      Show 20 more lines
    </a>
  );
}

/** The head of a hunk tells where it stands; the file's first lines have none above them. */
function hasLinesAbove({ text }: PatchLine): boolean {
  return /^@@ -\d+(,\d+)? \+(?![01](,\d+)? @@)/.test(text);
}

interface UnifiedProps {
  readonly line: PatchLine;
  readonly anchor: string;
  readonly more: string | undefined;
}

function Unified({ line, anchor, more }: UnifiedProps) {
  const id = idOf(line, anchor);
  const isOld = line.kind === 'removed';
  return (
    <tr class={`patch-${line.kind}`} id={id}>
      <NumberCell number={line.old} link={isOld ? id : undefined} />
      <NumberCell number={line.new} link={isOld ? undefined : id} />
      <td class="line-text">
        {line.kind === 'hunk' && more && hasLinesAbove(line) && <More href={more} />} {signs[line.kind]}{' '}
        <Words line={line} />
      </td>
    </tr>
  );
}

interface NumberCellProps {
  readonly number: number | null;
  /** Id of the line, where this is the number that leads to it. */
  readonly link: string | undefined;
  readonly kind?: string;
  readonly id?: string | undefined;
}

/** Numbers that lead nowhere are drawn by the style sheet, and so are not copied with the text. */
function NumberCell({ number, link, kind, id }: NumberCellProps) {
  const name = kind ? `line-number ${kind}` : 'line-number';
  if (!link || number === null) return <td class={name} data-line={number ?? ''} id={id} />;
  return (
    <td class={name} id={id}>
      <a href={`#${link}`}>{number}</a>
    </td>
  );
}

interface SplitProps {
  readonly row: SplitRow;
  readonly anchor: string;
  readonly more: string | undefined;
}

function Split({ row, anchor, more }: SplitProps) {
  if ('hunk' in row) {
    return (
      <tr class="patch-hunk">
        <td class="line-number" />
        <td class="line-text" colspan={3}>
          {more && hasLinesAbove(row.hunk) && <More href={more} />} {row.hunk.text}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <Side line={row.left} number={row.left?.old ?? null} id={row.left ? `${anchor}L${row.left.old}` : undefined} />
      <Side
        line={row.right}
        number={row.right?.new ?? null}
        id={row.right ? `${anchor}R${row.right.new}` : undefined}
      />
    </tr>
  );
}

interface SideProps {
  readonly line: PatchLine | null;
  readonly number: number | null;
  readonly id: string | undefined;
}

function Side({ line, number, id }: SideProps) {
  const kind = line ? `patch-${line.kind}` : 'patch-nothing';
  return (
    <>
      <NumberCell number={number} link={id} kind={kind} id={id} />
      <td class={`line-text ${kind}`}>
        {line && (
          <>
            {signs[line.kind]} <Words line={line} />
          </>
        )}
      </td>
    </>
  );
}

function Words({ line: { parts, kind, text } }: { readonly line: PatchLine }) {
  if (!parts && text.length > maxLineLength) {
    return (
      <>
        {text.slice(0, maxLineLength)}
        <span class="quiet"> … {plural(text.length - maxLineLength, 'more character')}</span>
      </>
    );
  }
  if (!parts) return <>{text}</>;
  const Element = kind === 'added' ? 'ins' : 'del';
  return <>{parts.map((part, index) => (part.changed ? <Element key={index}>{part.text}</Element> : part.text))}</>;
}

function idOf({ kind, old, new: fresh }: PatchLine, anchor: string): string | undefined {
  if (kind === 'hunk') return undefined;
  return kind === 'removed' ? `${anchor}L${old}` : `${anchor}R${fresh}`;
}

import { escapeHtml } from '../../../../views/card/plainCard.js';
import type { NotebookCell, NotebookView } from '../../../../views/pages/files/content/notebook.js';
import { trustedHtml } from '../../../../views/safe.js';
import { markup } from '../../../markup.js';
import type { Place } from '../place.js';
import type { RenderMarkdown } from './markdown.js';
import type { Cell, Notebook } from './notebook.js';

/** Both cost milliseconds for every 1,000 characters, on the thread that serves pages. */
const maxMarkdown = 60_000;
const maxHighlighted = 20_000;
const endings: Readonly<Record<string, string>> = { python: 'py', julia: 'jl', javascript: 'js', typescript: 'ts' };

/** Cells ready to be shown: Markdown as in cards, code in colours; what is behind a long beginning stays plain. */
export async function notebookView(
  place: Place,
  oid: string,
  notebook: Notebook,
  renderMarkdown: RenderMarkdown,
): Promise<NotebookView & { readonly hasMath: boolean }> {
  const { highlight } = await markup.code();
  const left = { markdown: maxMarkdown, code: maxHighlighted };
  const cells: NotebookCell[] = [];
  let hasMath = false;
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.kind === 'markdown') {
      left.markdown -= cell.source.length;
      const card = left.markdown >= 0 ? (await renderMarkdown(place, `${oid} ${index}`, cell.source)).card : null;
      hasMath ||= card?.hasMath ?? false;
      cells.push({ kind: 'prose', html: card?.html ?? trustedHtml(`<pre>${escapeHtml(cell.source)}</pre>`) });
    } else {
      left.code -= cell.source.length;
      const ending = cell.kind === 'code' && left.code >= 0 ? (endings[notebook.language] ?? notebook.language) : '';
      cells.push(codeCell(cell, highlight(cell.source, ending && `cell.${ending}`)));
    }
  }
  return { cells, left: notebook.left, hasMath };
}

function codeCell(
  { kind, count, outputs }: Cell,
  lines: Extract<NotebookCell, { lines: unknown }>['lines'],
): NotebookCell {
  return { kind: kind === 'code' ? 'code' : 'raw', lines, count, outputs };
}

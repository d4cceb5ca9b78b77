import { escapeHtml } from '../../../../views/card/plainCard.js';
import type { NotebookCell, NotebookOutput, NotebookView } from '../../../../views/pages/files/content/notebook.js';
import { type SafeHtml, trustedHtml } from '../../../../views/safe.js';
import { markup } from '../../../markup.js';
import type { Place } from '../place.js';
import type { RenderMarkdown } from './markdown.js';
import type { Cell, CellOutput, Notebook } from './notebook.js';

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
  let hasMath = false;
  const rendered = async (key: string, text: string, pictures?: Cell['attachments']): Promise<SafeHtml | null> => {
    left.markdown -= text.length;
    const card = left.markdown >= 0 ? (await renderMarkdown(place, `${oid} ${key}`, text, pictures)).card : null;
    hasMath ||= card?.hasMath ?? false;
    return card?.html ?? null;
  };
  const outputOf = async (output: CellOutput, key: string): Promise<NotebookOutput> => {
    if (output.kind !== 'rich') return output;
    const html = await rendered(key, output.markdown);
    return html !== null && showsSomething(html) ? { kind: 'prose', html } : output.plain;
  };
  const cells: NotebookCell[] = [];
  for (const [index, cell] of notebook.cells.entries()) {
    const { kind, source, count } = cell;
    if (kind === 'markdown') {
      const html = await rendered(String(index), source, cell.attachments);
      cells.push({ kind: 'prose', html: html ?? trustedHtml(`<pre>${escapeHtml(source)}</pre>`) });
      continue;
    }
    left.code -= source.length;
    const ending = kind === 'code' && left.code >= 0 ? (endings[notebook.language] ?? notebook.language) : '';
    const outputs: NotebookOutput[] = [];
    for (const [at, output] of cell.outputs.entries()) outputs.push(await outputOf(output, `${index} ${at}`));
    cells.push({ kind, lines: highlight(source, ending && `cell.${ending}`), count, outputs });
  }
  return { cells, left: notebook.left, hasMath };
}

/** Of what draws itself by script nothing is left. */
function showsSomething(html: SafeHtml): boolean {
  return /<(img|table|hr|input)\b/.test(html) || html.replace(/<[^>]*>/g, '').trim() !== '';
}

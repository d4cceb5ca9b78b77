import type { Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { formatBytes, formatLimit } from '../../../views/format.js';
import { utf16Of } from '../files/content/openContent.js';

export const maxEditedBytes = 1_048_576;

/** The text of a file that a form can show and give back unharmed, or why there is none. */
export type EditableText = { readonly text: string } | { readonly reason: string };

export async function editableText(repository: Repository, entry: TreeEntry): Promise<EditableText> {
  if (entry.type === 'symlink') return { reason: 'It is a symbolic link.' };
  if (entry.type === 'submodule') return { reason: 'It is a submodule.' };
  if (entry.lfs) return { reason: 'It is stored by Git LFS: upload another file in its place.' };
  if (entry.sizeBytes > maxEditedBytes) {
    return {
      reason: `It has ${formatBytes(entry.sizeBytes)}; texts up to ${formatLimit(maxEditedBytes)} can be edited here.`,
    };
  }
  return textOf(await repository.blob(entry.oid, maxEditedBytes));
}

export function textOf(bytes: Buffer): EditableText {
  const text = bytes.toString('utf8');
  if (utf16Of(bytes)) return { reason: 'It is text in UTF-16; texts in UTF-8 can be edited here.' };
  if (bytes.includes(0) || !Buffer.from(text).equals(bytes)) return { reason: 'It is not text in UTF-8.' };
  return { text };
}

/**
 * What is stored of a text that came from a form. Browsers send every line end as CRLF: lines end as they did before, and as
 * most of them did where they ended in several ways; a text that nobody changed stays as it was, byte by byte.
 * @param before the stored text that the form showed; null = there was none
 */
export function storedText(typed: string, before: string | null): string {
  const lines = withLineFeeds(typed);
  if (before === null) return lines;
  if (lines === withLineFeeds(before)) return before;
  return endsInCrlf(before) ? lines.replace(/\n/g, '\r\n') : lines;
}

/** Whether a text has lines that end in another way than the rest; a form makes them alike. */
export function hasMixedLineEnds(text: string): boolean {
  const ends = new Set(text.match(/\r\n|\n|\r/g));
  return ends.size > 1;
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function endsInCrlf(text: string): boolean {
  const all = text.match(/\n/g)?.length ?? 0;
  const crlf = text.match(/\r\n/g)?.length ?? 0;
  return crlf * 2 > all;
}

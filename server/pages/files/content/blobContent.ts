import { HubError } from '../../../../config/errors.js';
import { readZipListing } from '../../../../indexer/formats/index.js';
import type { TreeEntry } from '../../../../indexer/repository/types.js';
import type { BlobContent } from '../../../../views/pages/files/blob.js';
import { dataImage, safeUrl } from '../../../../views/safe.js';
import type { Services } from '../../../services.js';
import { address, type Place } from '../place.js';
import { binaryType, signatureBytes } from './binaryType.js';
import { configFacts } from './configFacts.js';
import { readDataTable } from './dataTable.js';
import { imageFacts } from './imageFacts.js';
import { createMarkdown } from './markdown.js';
import { readNotebook } from './notebook.js';
import { notebookView } from './notebookView.js';
import { type OpenContent, openContent, readText, utf16Of } from './openContent.js';
import { createHighlighter, maxTextBytes, textContent } from './textLines.js';

/** Pictures stand in them. */
const maxNotebookBytes = 8_000_000;
const maxZipEntries = 500;

interface Source {
  readonly place: Place;
  readonly entry: TreeEntry;
  readonly reader: OpenContent;
  readonly reveal: boolean;
}

interface Kind {
  readonly paths: RegExp;
  /** Null where the file is not what its name says: then it is shown as text. */
  readonly read: (source: Source) => Promise<BlobContent | null>;
  /** Whether the text below can be looked at too. */
  readonly hasSource: boolean;
}

export interface ShownContent {
  readonly content: BlobContent;
  /** Whether there are two sides to it, and this is the text. */
  readonly side: 'preview' | 'source' | null;
  /** Whether it is text in that encoding. */
  readonly isUtf16: boolean;
}

export interface ContentWishes {
  /** The text of a file that has two sides. */
  readonly source: boolean;
  /** Characters that cannot be seen, written out. */
  readonly reveal: boolean;
}

export type ContentOf = (place: Place, entry: TreeEntry, wishes: ContentWishes) => Promise<ShownContent>;

/** What a page shows of a file that is no folder, by its name: a table row for each kind, and text for the rest. */
export function createContent(services: Services): ContentOf {
  const highlightFile = createHighlighter();
  const renderMarkdown = createMarkdown(services);

  const media =
    (kind: 'image' | 'audio' | 'video') =>
    async ({ place, entry, reader }: Source): Promise<BlobContent> => ({
      kind,
      src: safeUrl(address(place.row, 'resolve', place.commit, entry.path)),
      fact: kind === 'image' ? await imageFacts(reader) : null,
    });

  const kinds: readonly Kind[] = [
    { paths: /\.(png|jpe?g|gif|webp|avif)$/i, read: media('image'), hasSource: false },
    { paths: /\.(mp3|wav|flac|ogg)$/i, read: media('audio'), hasSource: false },
    { paths: /\.(mp4|webm)$/i, read: media('video'), hasSource: false },
    { paths: /\.svg$/i, read: drawing, hasSource: true },
    { paths: /\.(md|markdown)$/i, read: prose, hasSource: true },
    { paths: /\.(csv|tsv|jsonl|ndjson)$/i, read: table, hasSource: true },
    { paths: /\.ipynb$/i, read: notebook, hasSource: true },
    { paths: /\.(zip|npz)$/i, read: listing, hasSource: false },
  ];

  async function drawing({ reader }: Source): Promise<BlobContent | null> {
    if (reader.sizeBytes > maxTextBytes) return null;
    const bytes = await reader.read(0, reader.sizeBytes);
    const src = dataImage('svg+xml', bytes.toString('base64'));
    return src && { kind: 'image', src, fact: null };
  }

  async function prose({ place, entry, reader }: Source): Promise<BlobContent | null> {
    const text = reader.sizeBytes > maxTextBytes ? null : await readText(reader, maxTextBytes);
    if (text === null || text.trim() === '') return null;
    const { card, metadata } = await renderMarkdown(place, entry.oid, text);
    return { kind: 'prose', html: card.html, hasMath: card.hasMath, metadata };
  }

  async function table(source: Source): Promise<BlobContent | null> {
    const { entry, reader } = source;
    const written = await readText(reader, maxTextBytes);
    const read = written === null ? null : readDataTable(entry.path, written, reader.sizeBytes <= maxTextBytes);
    if (read === null) return null;
    return 'problem' in read ? text(source, read.problem) : { kind: 'table', table: read };
  }

  async function notebook({ place, entry, reader }: Source): Promise<BlobContent | null> {
    const text = reader.sizeBytes > maxNotebookBytes ? null : await readText(reader, maxNotebookBytes);
    const read = text === null ? null : readNotebook(text);
    return read && { kind: 'notebook', notebook: await notebookView(place, entry.oid, read, renderMarkdown) };
  }

  async function text({ entry, reader, reveal }: Source, problem: string | null = null): Promise<BlobContent> {
    if (reader.sizeBytes === 0) return { kind: 'none', reason: 'This file is empty.' };
    const read = await readText(reader, maxTextBytes);
    if (read === null) {
      const type = binaryType(await reader.read(0, signatureBytes));
      return { kind: 'binary', type, sizeBytes: reader.sizeBytes, blob: entry.lfs ? null : entry.oid };
    }
    const lines = await highlightFile(entry.oid, entry.path, read);
    const isWhole = reader.sizeBytes <= maxTextBytes;
    const facts = isWhole ? configFacts(entry.path, read) : null;
    return { ...textContent(read, lines, { isWhole, reveal }), facts, problem };
  }

  return async (place, entry, { source: wantsSource, reveal }) => {
    const alone = (content: BlobContent): ShownContent => ({ content, side: null, isUtf16: false });
    const whole = await unread(services, place, entry);
    if (whole) return alone(whole);
    const kind = kinds.find(({ paths }) => paths.test(entry.path));
    const reader = await openContent(services, place.row, entry).catch(reasonOf);
    if ('reason' in reader) return alone({ kind: 'none', reason: reader.reason });
    try {
      const hasMark = utf16Of(await reader.read(0, Math.min(2, reader.sizeBytes))) !== null;
      const shown = (content: BlobContent, side: ShownContent['side']): ShownContent => ({
        content,
        side,
        isUtf16: hasMark && (side !== null || content.kind === 'text'),
      });
      const source = { place, entry, reader, reveal };
      if (kind?.hasSource && wantsSource) return shown(await text(source), 'source');
      const preview = await kind?.read(source);
      if (preview) return shown(preview, kind!.hasSource ? 'preview' : null);
      return shown(await text(source), null);
    } finally {
      await reader.close();
    }
  };
}

async function unread({ repositories }: Services, { row }: Place, entry: TreeEntry): Promise<BlobContent | null> {
  if (entry.type === 'submodule') return { kind: 'none', reason: `A submodule at commit ${entry.oid}.` };
  if (entry.type !== 'symlink') return null;
  return { kind: 'link', target: (await repositories.open(row.ref).blob(entry.oid, 4096)).toString('utf8') };
}

async function listing({ entry, reader }: Source): Promise<BlobContent | null> {
  try {
    const entries = await readZipListing(entry.path, reader);
    return {
      kind: 'listing',
      entries: entries.slice(0, maxZipEntries).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
      left: Math.max(0, entries.length - maxZipEntries),
    };
  } catch (error) {
    return { kind: 'none', reason: reasonOf(error).reason };
  }
}

/** What keeps a file from being shown is told on its page. */
function reasonOf(error: unknown): { readonly reason: string } {
  if (!(error instanceof HubError) || error.code === 'INTERNAL') throw error;
  if (error.code !== 'LFS_OBJECT_MISSING') return { reason: error.message };
  return { reason: 'Its content is not on this hub: push it with “git lfs push --all origin”.' };
}

import type { RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import { HubError } from '../../../config/errors.js';
import { readWeightHeader } from '../../../indexer/formats/index.js';
import type { WeightHeader } from '../../../indexer/formats/types.js';
import type { Repository, TreeEntry } from '../../../indexer/repository/types.js';
import type { CodeLine } from '../../../views/code/highlight.js';
import { type BlobContent, BlobPage, type BlobView, type WeightView } from '../../../views/pages/files/blob.js';
import { safeUrl } from '../../../views/safe.js';
import { markup } from '../../markup.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, sendPage } from '../respond.js';
import { changeActions } from '../writing/links.js';
import { fileActions } from './actions.js';
import { address, crumbsOf, type Place, placeOf } from './place.js';

const maxTextBytes = 512_000;
const maxLines = 10_000;
/** Some 100 bytes each. */
const maxKeptTokens = 300_000;
const maxTensors = 500;
const maxMetadata = 60;
const maxWarnings = 20;
const maxMetadataLength = 300;
/** Zero width, bidirectional controls, and the other characters that make text read otherwise than it is. */
const hiddenCharacters = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const pictures = /\.(png|jpe?g|gif|webp|avif)$/i;

/** `/blob/{rev}/{path}`: one file as a page. */
export function blobPage(services: Services): RequestHandler {
  const lines = new LRUCache<string, readonly CodeLine[]>({
    maxSize: maxKeptTokens,
    sizeCalculation: (kept) => kept.reduce((count, line) => count + line.length + 1, 1),
  });
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    const entry = place.path ? await repository.entry(place.commit, place.path) : { type: 'directory' as const };
    if (!entry) throw new HubError('ENTRY_NOT_FOUND', { path: place.path });
    if (entry.type === 'directory') {
      response.redirect(302, address(row, 'tree', place.revision, place.path));
      return;
    }
    const weights = entry.type === 'file' ? await weightsOf(repository, entry) : null;
    const content = await contentOf(repository, place, entry);
    const change = await changeActions(services, request, place, content.kind === 'text');
    const view: BlobView = {
      head: await headOf(services, request, row),
      path: place.path,
      crumbs: crumbsOf(place, 'blob'),
      lfsOid: entry.lfs?.oid ?? null,
      actions: [...fileActions(place, entry), ...change],
      content,
      weights,
    };
    const page = <BlobPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };

  async function contentOf(repository: Repository, place: Place, entry: TreeEntry): Promise<BlobContent> {
    if (entry.type === 'submodule') return { kind: 'none', reason: `A submodule at commit ${entry.oid}.` };
    if (entry.type === 'symlink')
      return { kind: 'link', target: (await repository.blob(entry.oid, 4096)).toString('utf8') };
    if (pictures.test(entry.path))
      return { kind: 'image', src: safeUrl(address(place.row, 'resolve', place.commit, entry.path)) };
    if (entry.lfs) return { kind: 'none', reason: 'This file is stored by Git LFS and is not shown.' };
    if (entry.sizeBytes > maxTextBytes) return { kind: 'none', reason: 'This file is too large to be shown.' };
    const bytes = await repository.blob(entry.oid, maxTextBytes);
    if (bytes.includes(0)) return { kind: 'none', reason: 'This file is not text.' };
    return textContent(entry, bytes.toString('utf8'));
  }

  async function textContent(entry: TreeEntry, text: string): Promise<BlobContent> {
    const { highlight, maxHighlighted } = await markup.code();
    const key = `${entry.oid} ${entry.path.slice(entry.path.lastIndexOf('.') + 1)}`;
    const all = lines.get(key) ?? highlight(text.replace(/\r\n/g, '\n').replace(/\n$/, ''), entry.path);
    // Plain lines hold the whole text and are made at once.
    if (text.length <= maxHighlighted) lines.set(key, all);
    return {
      kind: 'text',
      lines: all.slice(0, maxLines),
      left: Math.max(0, all.length - maxLines),
      hidden: hiddenLines(text),
    };
  }
}

/** At most twenty: the rest is as suspicious. */
function hiddenLines(text: string): readonly number[] {
  if (!hiddenCharacters.test(text)) return [];
  return text
    .split('\n')
    .flatMap((line, index) => (hiddenCharacters.test(line) ? [index + 1] : []))
    .slice(0, 20);
}

/** Null for a file that is no weight file. A header that cannot be read is a fact worth showing, not an error. */
async function weightsOf(repository: Repository, entry: TreeEntry): Promise<WeightView | null> {
  try {
    const reader = await repository.open(entry);
    try {
      const header = await readWeightHeader(entry.path, reader);
      return header && weightView(header);
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof HubError && error.code !== 'INTERNAL') return { problem: error.message };
    throw error;
  }
}

function weightView(header: WeightHeader): WeightView {
  return {
    format: header.format,
    tensorCount: header.tensorCount,
    parameters: Object.entries(header.parameters),
    metadata: Object.entries(header.metadata)
      .slice(0, maxMetadata)
      .map(([key, value]) => [key, clipped(String(value))] as const),
    imports: header.pickleImports ?? [],
    warnings: header.warnings.slice(0, maxWarnings).map(clipped),
    tensors: header.tensors
      .slice(0, maxTensors)
      .map(({ name, dtype, shape }) => ({ name, dtype, shape: `[${shape.join(', ')}]` })),
  };
}

function clipped(text: string): string {
  return text.length > maxMetadataLength ? `${text.slice(0, maxMetadataLength)}…` : text;
}

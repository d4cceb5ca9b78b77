import type { RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { BlamedLine, Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { BlamePage, type BlameView } from '../../../views/pages/files/blame.js';
import { requireFiles } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, sendPage } from '../respond.js';
import { createHighlighter, maxTextBytes } from './content/textLines.js';
import { address, crumbsOf, type Place, placeOf } from './place.js';

const maxLines = 5000;
const maxKeptLines = 50_000;

/** `/blame/{rev}/{path}`: the lines of a text, each with the commit that it came with. */
export function blamePage(services: Services): RequestHandler {
  const highlightFile = createHighlighter();
  // git takes a processor for seconds where a history is long.
  const turn = pLimit(1);
  const kept = new LRUCache<string, readonly BlamedLine[]>({
    maxSize: maxKeptLines,
    sizeCalculation: (lines) => lines.length + 1,
  });
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    // Of the card too: its lines lead to commits, which show other files.
    requireFiles(services, request.viewer, row);
    const entry = await repository.entry(place.commit, place.path);
    if (!entry || entry.type === 'directory') throw new HubError('ENTRY_NOT_FOUND', { path: place.path });
    const lines = await linesOf(repository, place, entry);
    const view: BlameView = {
      head: await headOf(services, request, row),
      path: place.path,
      crumbs: crumbsOf(place, 'blob'),
      actions: [{ text: 'File', icon: 'file-text', href: address(row, 'blob', place.revision, place.path) }],
      commitBase: `${repoPath(row.ref)}/commit/`,
      ...('reason' in lines ? { reason: lines.reason, lines: [] } : await shown(place, entry, lines)),
    };
    const page = <BlamePage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };

  async function linesOf(
    repository: Repository,
    { row, commit, path }: Place,
    entry: TreeEntry,
  ): Promise<readonly BlamedLine[] | { readonly reason: string }> {
    const reason = await reasonAgainst(repository, entry);
    if (reason) return { reason };
    const key = `${row.id} ${commit} ${path}`;
    const known = kept.get(key);
    if (known) return known;
    try {
      const lines = await turn(() => repository.blame(commit, path));
      kept.set(key, lines);
      return lines;
    } catch (error) {
      if (!(error instanceof HubError) || (error.code !== 'GIT_FAILED' && error.code !== 'TOO_LARGE')) throw error;
      services.log.warn('the lines of a file could not be traced', { path, error });
      return { reason: 'Its history is too long to be traced line by line here; “git blame” in a clone can.' };
    }
  }

  async function shown({ path }: Place, entry: TreeEntry, blamed: readonly BlamedLine[]) {
    const text = blamed.map((line) => line.text).join('\n');
    const coloured = await highlightFile(entry.oid, path, text);
    const lines = blamed.map(({ source }, index) => ({ source, pieces: coloured[index] ?? [] }));
    return { reason: null, lines };
  }
}

async function reasonAgainst(repository: Repository, entry: TreeEntry): Promise<string | null> {
  if (entry.type !== 'file' || entry.lfs) return 'Only texts that are stored in git have a history line by line.';
  if (entry.sizeBytes > maxTextBytes) return 'This file is too large to be traced line by line.';
  const bytes = await repository.blob(entry.oid, maxTextBytes);
  if (bytes.includes(0)) return 'Only texts have a history line by line.';
  if (bytes.length === 0) return 'This file is empty.';
  const lines = bytes.toString('latin1').split('\n').length;
  return lines > maxLines ? 'This file has too many lines to be traced one by one.' : null;
}

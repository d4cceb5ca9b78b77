import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import { maxFileBytes } from '../../inference/calls/questionBody.js';
import type { Services } from '../../services.js';
import { exampleFile } from './exampleFiles.js';

/** Whether an example's file has to be fetched: it is neither of the repository nor in the address itself (`data:`). */
export function isElsewhere(source: unknown): boolean {
  return isAddress(source) && !/^data:/i.test(source);
}

/** Where the hub has a file of the repository's default branch; a `data:` address, and a file of the hub's own (`/…`), have theirs. */
export function fileAddress(row: RepoRow, path: string): string {
  if (isElsewhere(path) || /^(data:|\/)/i.test(path)) return path;
  return `${repoPath(row.ref)}/resolve/HEAD/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function isAddress(source: unknown): source is string {
  return typeof source === 'string' && /^[a-z][a-z0-9+.-]*:/i.test(source);
}

/**
 * What a widget's example names as its image or sound: the bytes of a file of the repository's default branch or of one that
 * comes with the hub, or the text itself where it is an address. Null = nothing is named. @throws HubError ENTRY_NOT_FOUND, TOO_LARGE, LFS_OBJECT_MISSING
 */
export async function sourceOf(
  services: Pick<Services, 'repositories'>,
  row: RepoRow,
  source: string | undefined,
): Promise<Uint8Array | string | null> {
  if (!source) return null;
  if (isAddress(source)) return source;
  const own = exampleFile(source);
  if (own) return own;
  const repository = services.repositories.open(row.ref);
  const head = await repository.head();
  const entry = head === null ? null : await repository.entry(head, source);
  if (entry?.type !== 'file') throw new HubError('ENTRY_NOT_FOUND', { path: source });
  const reader = await repository.open(entry);
  try {
    if (reader.sizeBytes > maxFileBytes) throw new HubError('TOO_LARGE', { what: source, limitBytes: maxFileBytes });
    return new Uint8Array(await reader.read(0, reader.sizeBytes));
  } finally {
    await reader.close();
  }
}

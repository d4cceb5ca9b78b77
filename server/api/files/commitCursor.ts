import { HubError } from '../../../config/errors.js';
import type { Repository } from '../../../indexer/repository/types.js';

/** Where a page of something that hangs on a commit begins: further pages are of the commit of the first. */
export interface PageStart {
  readonly commit: string;
  readonly start: number;
}

export function writeCursor({ commit, start }: PageStart): string {
  return `${commit}-${start}`;
}

/** Where the page of this cursor begins; without one, at the first of `commit`. @throws HubError BAD_REQUEST */
export async function pageStart(repository: Repository, commit: string, cursor: string | null): Promise<PageStart> {
  if (cursor === null) return { commit, start: 0 };
  const [, id, start] = /^([0-9a-f]{40})-(\d{1,9})$/.exec(cursor) ?? [];
  const from = id === undefined ? null : await repository.resolve(id);
  if (from === null) throw new HubError('BAD_REQUEST', { reason: 'The cursor is not one of this list' });
  return { commit: from, start: Number(start) };
}

import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { type RepoRef, repoId, repoPath } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import { hexId } from '../../hexId.js';
import type { Services } from '../../services.js';
import type { Call } from '../frame/operation.js';
import { sendConflict } from '../frame/sendConflict.js';

export const madeShape = z.strictObject({ url: z.string(), name: z.string(), id: z.string() });

/** What is answered of a new repository: 409, with the `url` too, where one of this name is there already. */
export async function answerMade(
  { catalog }: Pick<Services, 'catalog'>,
  { request, response }: Pick<Call, 'request' | 'response'>,
  wanted: RepoRef,
  make: () => Promise<RepoRow>,
): Promise<z.input<typeof madeShape> | undefined> {
  const urlOf = (ref: RepoRef): string => request.baseUrlOfHub + repoPath(ref);
  try {
    const row = await make();
    return { url: urlOf(row.ref), name: repoId(row.ref), id: hexId('repo', row) };
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'NAME_TAKEN') throw error;
    const there = catalog.find(wanted.kind, wanted.owner, wanted.name)?.ref ?? wanted;
    return sendConflict(response, `You already created this ${wanted.kind} repo`, { url: urlOf(there) });
  }
}

import type { Request } from 'express';
import type { DiscussionHead } from '../../../views/pages/discussions/discussion.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Discussion } from '../../discussions/types.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';

export async function discussionHead(
  services: Services,
  request: Request,
  row: RepoRow,
  { num, title, status, author, createdAtMs, pullRequest }: Discussion,
): Promise<DiscussionHead> {
  return {
    head: await headOf(services, request, row),
    num,
    title,
    status,
    author: author?.name ?? null,
    createdAtMs,
    base: pullRequest?.base ?? null,
  };
}

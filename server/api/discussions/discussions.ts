import { z } from 'zod';
import type { RepoRow } from '../../accounts/types.js';
import { compare } from '../../discussions/comparison.js';
import { discussionOf, openDiscussion, openPullRequest } from '../../discussions/discuss.js';
import { maxEventsOfAll } from '../../discussions/limits.js';
import { type Discussion, discussionOrders } from '../../discussions/types.js';
import type { Services } from '../../services.js';
import { operation } from '../frame/operation.js';
import { choice, flag, integer, text } from '../frame/parameters.js';
import { eventShape, eventsOf, itemFields, itemOf } from './shapes.js';

const pageSize = 50;
const maxDiffBytes = 2_000_000;

export const listDiscussions = operation({
  id: 'listDiscussions',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/discussions',
  summary: 'Lists discussions and pull requests, the newest first',
  about: `Pages of ${pageSize} are numbered by \`p\` from 0; there is another while \`start\` and what was sent are less than \`count\`.`,
  access: 'read',
  query: {
    p: integer('The page', { least: 0, most: 100_000, otherwise: 0 }),
    type: choice('Which of them', ['all', 'discussion', 'pull_request'] as const, 'all'),
    status: choice('"open" has drafts too, "closed" what was merged', ['all', 'open', 'closed'] as const, 'all'),
    author: text('Name of who began it'),
    search: text('Part of the title'),
    sort: choice(
      '"created" begins with the newest, "updated" with what was said or done last',
      discussionOrders,
      'created',
    ),
  },
  answer: z.strictObject({
    discussions: z.array(z.strictObject(itemFields)),
    count: z.int(),
    start: z.int(),
    numClosedDiscussions: z.int(),
  }),
  handle(services, { repo, query }) {
    const { p, sort, search, ...wanted } = query;
    const filter = { ...wanted, search: search ?? '' };
    const start = p * pageSize;
    const part = { skip: start, limit: pageSize, order: sort };
    const { rows, total } = services.discussions.list(repo.id, filter, part);
    return {
      discussions: rows.map((discussion) => itemOf(repo, discussion)),
      count: total,
      start,
      numClosedDiscussions: services.discussions.count(repo.id, { ...filter, status: 'closed' }),
    };
  },
});

export const createDiscussion = operation({
  id: 'createDiscussion',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/discussions',
  summary: 'Begins a discussion or a pull request',
  about:
    'A pull request made here is a draft without commits: its ref `refs/pr/{num}` is at the head of the default branch, and takes commits at once.',
  access: 'discuss',
  body: {
    schema: z.object({
      title: z.string(),
      description: z.string().nullish(),
      pullRequest: z.boolean().nullish(),
    }),
  },
  answer: z.strictObject({ num: z.int(), pullRequest: z.boolean() }),
  async handle(services, { viewer, repo, body }) {
    const { num } = body.pullRequest
      ? await openPullRequest(services, viewer, repo, body)
      : openDiscussion(services, viewer, repo, body);
    return { num, pullRequest: body.pullRequest === true };
  },
});

const changes = z.strictObject({ base: z.string(), mergeCommitId: z.string().optional() });

export const discussionDetails = operation({
  id: 'getDiscussion',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/discussions/{num}',
  summary: 'A discussion or pull request with all that happened',
  about:
    'Of a gated repository, what the pull request would change is for those who may read the files: `diff` is missing for others.',
  access: 'read',
  query: { diff: flag('Whether the changes of a pull request are wanted as a patch') },
  answer: z.strictObject({
    ...itemFields,
    events: z.array(eventShape),
    changes: changes.optional(),
    filesWithConflicts: z
      .union([z.boolean(), z.array(z.string())])
      .optional()
      .describe('Of an open pull request; `true` where the hub cannot tell which.'),
    diff: z.string().optional().describe('Cut at 2 MB.'),
  }),
  async handle(services, { viewer, repo, place, query }) {
    const discussion = discussionOf(services, repo, place.num!);
    const events = services.discussions.events(discussion.id, { skip: 0, limit: maxEventsOfAll });
    const details = {
      ...itemOf(repo, discussion),
      events: await eventsOf(services, repo, events),
    };
    const { pullRequest } = discussion;
    if (!pullRequest) return details;
    const opens = services.can(viewer, 'fetch', repo);
    return {
      ...details,
      changes: {
        base: `refs/heads/${pullRequest.base}`,
        ...(pullRequest.merged ? { mergeCommitId: pullRequest.merged.commit } : {}),
      },
      ...(opens ? await compared(services, repo, discussion, query.diff) : { filesWithConflicts: false }),
    };
  },
});

async function compared(
  services: Services,
  row: RepoRow,
  discussion: Discussion,
  wantsDiff: boolean,
): Promise<{ filesWithConflicts: boolean | string[]; diff?: string }> {
  const comparison = await compare(services, row, discussion);
  if (!comparison) return { filesWithConflicts: false, ...(wantsDiff ? { diff: '' } : {}) };
  const { head, fork, conflicts } = comparison;
  const filesWithConflicts = conflicts === 'unknown' ? true : [...conflicts];
  if (!wantsDiff) return { filesWithConflicts };
  const { text } = await services.repositories.open(row.ref).patch(head, { maxBytes: maxDiffBytes, from: fork });
  return { filesWithConflicts, diff: text };
}

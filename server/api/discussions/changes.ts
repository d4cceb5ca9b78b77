import { z } from 'zod';
import { changeStatus, comment, discussionOf, editComment, hideComment, rename } from '../../discussions/discuss.js';
import { mergePullRequest } from '../../discussions/merge.js';
import type { Discussion, DiscussionEvent } from '../../discussions/types.js';
import type { Services } from '../../services.js';
import { type Call, type Operation, operation } from '../frame/operation.js';
import { success, successShape } from '../frame/success.js';
import { eventOf, eventShape } from './shapes.js';

const address = '/api/{repoType}/{namespace}/{repo}/discussions/{num}';

interface Change<Schema extends z.ZodType, Name extends string> {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly about?: string;
  readonly body: Schema;
  /** Under which name the event is answered. */
  readonly answers: Name;
  make(
    services: Services,
    call: Call<unknown, z.output<Schema>>,
    discussion: Discussion,
  ): DiscussionEvent | Promise<DiscussionEvent>;
}

/** Changes of a discussion: each is answered by the event that it was. */
function change<Schema extends z.ZodType, Name extends string>({
  id,
  path,
  summary,
  about,
  body,
  answers,
  make,
}: Change<Schema, Name>): Operation {
  return operation({
    id,
    method: 'POST',
    path: address + path,
    summary,
    about,
    access: 'discuss',
    body: { schema: body },
    answer: z.strictObject({ [answers]: eventShape }),
    async handle(services, call) {
      const discussion = discussionOf(services, call.repo, call.place.num!);
      const event = await make(services, call, discussion);
      return { [answers]: await eventOf(services, call.repo, event) };
    },
  });
}

const mergePull = operation({
  id: 'mergePullRequest',
  method: 'POST',
  path: `${address}/merge`,
  summary: 'Merges a pull request',
  about:
    'By the way of a push: its policy may refuse. 409 for a draft and where files are in conflict. The branch moves on to the last commit of the pull request, or gets a merge commit where it moved on itself.',
  access: 'write',
  body: { schema: z.object({ comment: z.string().nullish() }) },
  answer: successShape.extend({ mergeCommitId: z.string() }),
  async handle(services, { viewer, repo, place, body }) {
    const discussion = discussionOf(services, repo, place.num!);
    await mergePullRequest(services, viewer, repo, discussion, { text: body.comment });
    return {
      ...success,
      mergeCommitId: discussionOf(services, repo, place.num!).pullRequest!.merged!.commit,
    };
  },
});

export const changeOperations: readonly Operation[] = [
  change({
    id: 'editComment',
    path: '/comment/{comment}/edit',
    summary: 'Changes a comment of one’s own',
    about: 'What it said before stays in `history`.',
    body: z.object({ content: z.string() }),
    answers: 'updatedComment',
    make: (services, { viewer, repo, place, body }, discussion) =>
      editComment(services, viewer, repo, discussion, { id: place.comment!, text: body.content }),
  }),
  change({
    id: 'hideComment',
    path: '/comment/{comment}/hide',
    summary: 'Hides a comment, for good',
    about: 'For its author, and for those who may write the repository.',
    body: z.object({}),
    answers: 'updatedComment',
    make: (services, { viewer, repo, place }, discussion) =>
      hideComment(services, viewer, repo, discussion, place.comment!),
  }),
  change({
    id: 'comment',
    path: '/comment',
    summary: 'Writes a comment',
    body: z.object({ comment: z.string() }),
    answers: 'newMessage',
    make: (services, { viewer, repo, body }, discussion) => comment(services, viewer, repo, discussion, body.comment),
  }),
  change({
    id: 'renameDiscussion',
    path: '/title',
    summary: 'Gives it another title',
    about: 'For who began it, and for those who may write the repository.',
    body: z.object({ title: z.string() }),
    answers: 'newTitle',
    make: (services, { viewer, repo, body }, discussion) => rename(services, viewer, repo, discussion, body.title),
  }),
  change({
    id: 'changeDiscussionStatus',
    path: '/status',
    summary: 'Closes it, opens it again, or makes a draft a pull request that can be merged',
    about: 'For who began it, and for those who may write the repository.',
    body: z.object({ status: z.enum(['open', 'closed']), comment: z.string().nullish() }),
    answers: 'newStatus',
    make: (services, { viewer, repo, body }, discussion) =>
      changeStatus(services, viewer, repo, discussion, { status: body.status, text: body.comment }),
  }),
  mergePull,
];

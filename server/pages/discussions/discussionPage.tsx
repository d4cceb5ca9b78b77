import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { FormErrors } from '../../../views/components/form.js';
import { DiscussionPage, type EventView, type PullView } from '../../../views/pages/discussions/discussion.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { textOf } from '../../cards/textOf.js';
import { type Form, readForm } from '../../csrf.js';
import { compare } from '../../discussions/comparison.js';
import {
  changeStatus,
  comment,
  discussionOf,
  editComment,
  hideComment,
  mayChange,
  rename,
} from '../../discussions/discuss.js';
import { maxCommentCharacters, maxTitleCharacters } from '../../discussions/limits.js';
import { mergePullRequest } from '../../discussions/merge.js';
import type { Discussion, DiscussionEvent } from '../../discussions/types.js';
import { mayOpen } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { commitAddress } from '../files/place.js';
import { once } from '../once.js';
import { chromeOf, decodeSegment, formStatus, queryOf, sendPage, tablePage } from '../respond.js';
import { userOf } from '../signedIn.js';
import { commandsFor } from './commandsFor.js';
import { discussionHead } from './discussionHead.js';
import { formError } from './formError.js';

const eventsOfAPage = 100;

/** `…/discussions/N` */
export function discussionPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const discussion = discussionOf(services, row, decodeSegment(request.params.num as string));
    await show(services, request, response, row, discussion, {}, '');
  };
}

export function changeDiscussion(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const discussion = discussionOf(services, row, decodeSegment(request.params.num as string));
    userOf(request);
    const form = await readForm(services, request, response);
    try {
      const { id } = await once(request, form, () => change(services, request.viewer, row, discussion, form));
      response.redirect(303, placeOf(services, row, discussion, id));
    } catch (error) {
      const errors = formError(error);
      const text = form.do === 'edit' ? '' : (form.text ?? '');
      const now = discussionOf(services, row, String(discussion.num));
      await show(services, request, response, row, now, errors, text);
    }
  };
}

/** @returns the event that it was; '' = none of its own */
async function change(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  form: Form,
): Promise<{ id: string }> {
  const text = form.text ?? '';
  switch (form.do) {
    case 'comment':
      return comment(services, viewer, row, discussion, text);
    case 'edit':
      return editComment(services, viewer, row, discussion, { id: form.comment ?? '', text });
    case 'hide':
      return hideComment(services, viewer, row, discussion, form.comment ?? '');
    case 'title':
      return rename(services, viewer, row, discussion, form.title ?? '');
    case 'open':
    case 'close':
      return changeStatus(services, viewer, row, discussion, { status: form.do === 'open' ? 'open' : 'closed', text });
    case 'merge': {
      const wanted = form.head === undefined ? {} : { head: form.head };
      await mergePullRequest(services, viewer, row, discussion, wanted);
      return { id: '' };
    }
    default:
      throw new HubError('BAD_REQUEST', { reason: `There is no change "${form.do ?? ''}"` });
  }
}

/** The page with an event: an edit may be of an old one. */
function placeOf({ discussions }: Services, row: RepoRow, discussion: Discussion, id: string): string {
  const here = `${repoPath(row.ref)}/discussions/${discussion.num}`;
  const at = id === '' ? discussions.countEvents(discussion.id) - 1 : discussions.placeOf(discussion.id, id);
  const page = Math.floor(at / eventsOfAPage);
  return `${here}${page > 0 ? `?p=${page}` : ''}${id && `#${id}`}`;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  discussion: Discussion,
  errors: FormErrors,
  text: string,
): Promise<void> {
  const { viewer } = request;
  const total = services.discussions.countEvents(discussion.id);
  const pages = Math.max(1, Math.ceil(total / eventsOfAPage));
  const page = Math.min(pages - 1, tablePage(queryOf(request)));
  const events = services.discussions.events(discussion.id, { skip: page * eventsOfAPage, limit: eventsOfAPage });
  const view = {
    ...(await discussionHead(services, request, row, discussion)),
    events: await Promise.all(events.map((event) => eventView(services, viewer, row, event))),
    page,
    pages,
    may: {
      comment: services.can(viewer, 'discuss', row),
      change: mayChange(services, viewer, row, discussion),
      merge: services.can(viewer, 'write', row),
    },
    pull: await pullView(services, request, row, discussion),
    maxTitle: maxTitleCharacters,
    maxText: maxCommentCharacters,
    text,
    errors,
  };
  await sendPage(
    services,
    request,
    response,
    <DiscussionPage chrome={chromeOf(services, request, response)} view={view} />,
    { status: formStatus(errors) },
  );
}

async function eventView(services: Services, viewer: Viewer, row: RepoRow, event: DiscussionEvent): Promise<EventView> {
  const base = { id: event.id, author: event.author?.name ?? null, atMs: event.atMs };
  switch (event.type) {
    case 'comment': {
      const { versions, hidden } = event;
      const { raw } = versions.at(-1)!;
      const isOwn = viewer.kind === 'user' && event.author?.id === viewer.user.id;
      return {
        ...base,
        type: 'comment',
        html: hidden ? null : await textOf(services, row.ref, raw, event.id),
        hiddenBy: hidden?.by ?? null,
        raw: !hidden && isOwn && services.can(viewer, 'discuss', row) ? raw : null,
        before: hidden ? [] : versions.slice(0, -1).toReversed(),
        mayHide: !hidden && mayChange(services, viewer, row, event),
      };
    }
    case 'status-change':
      return { ...base, type: event.type, status: event.status };
    case 'title-change':
      return { ...base, type: event.type, from: event.from, to: event.to };
    case 'commit': {
      const opens = () => mayOpen(services, viewer, row);
      return {
        ...base,
        type: event.type,
        oid: event.oid,
        subject: event.subject,
        href: commitAddress({ row, opens }, event.oid),
      };
    }
  }
}

/** Which files are in conflict is for those who may read them. */
async function pullView(
  services: Services,
  request: Request,
  row: RepoRow,
  discussion: Discussion,
): Promise<PullView | null> {
  const { viewer } = request;
  const { pullRequest } = discussion;
  if (!pullRequest) return null;
  const opens = () => mayOpen(services, viewer, row);
  const merged = pullRequest.merged && {
    oid: pullRequest.merged.commit,
    href: commitAddress({ row, opens }, pullRequest.merged.commit),
  };
  const compared = await compare(services, row, discussion);
  const conflicts = compared?.conflicts ?? [];
  const isOwn = viewer.kind === 'user' && discussion.author?.id === viewer.user.id;
  return {
    head: compared?.head ?? null,
    isEmpty: compared !== null && compared.head === compared.fork,
    conflicts: opens() || conflicts.length === 0 ? conflicts : 'unknown',
    merged,
    commands: opens()
      ? commandsFor(`${request.baseUrlOfHub}${repoPath(row.ref)}`, discussion.num, {
          base: pullRequest.base,
          fits: conflicts.length === 0,
          role: isOwn ? 'author' : services.can(viewer, 'write', row) ? 'writer' : 'reader',
        })
      : null,
  };
}

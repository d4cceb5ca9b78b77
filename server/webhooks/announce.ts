import { type RepoRef, repoId, repoPath } from '../../config/repo.js';
import { accountEntity } from '../accounts/accountEntity.js';
import type { RepoRow } from '../accounts/types.js';
import type { CommentEvent, Discussion } from '../discussions/types.js';
import { hexId } from '../hexId.js';
import type { Services } from '../services.js';
import type { Webhook, Webhooks } from './webhooks.js';

/** What happened to a repository, or to a discussion of it. */
export interface HubEvent {
  readonly scope: 'repo' | 'repo.content' | 'repo.config' | 'discussion' | 'discussion.comment';
  readonly action: 'create' | 'update' | 'delete' | 'move';
  /** As it is now; as it was, when it is deleted or moved. */
  readonly repo: RepoRow;
  /** Head of the default branch, where it is known better than the index knows it. */
  readonly headSha?: string | null;
  /** null = it was not there before, or is not there any more. */
  readonly updatedRefs?: readonly {
    readonly ref: string;
    readonly oldSha: string | null;
    readonly newSha: string | null;
  }[];
  readonly updatedConfig?: Readonly<Record<string, unknown>>;
  readonly movedTo?: RepoRef;
  readonly discussion?: Discussion;
  readonly comment?: CommentEvent;
}

type Needs = Pick<Services, 'accounts' | 'can' | 'index' | 'log'>;

/**
 * Queues what happened for every webhook that watches the repository and whose owner may read it. Never throws: what happened
 * has happened, whoever hears of it.
 */
export function announcer(
  services: Needs,
  webhooks: Webhooks,
  { baseUrl, wake }: { readonly baseUrl: () => string; wake(): void },
): (event: HubEvent) => void {
  return (event) => {
    try {
      const domain = event.scope.startsWith('discussion') ? 'discussion' : 'repo';
      const hooks = webhooks.watching(event.repo.ref, domain).filter((hook) => mayHear(services, hook, event.repo));
      for (const hook of hooks) {
        const payload = JSON.stringify(payloadOf(services, hook, event, baseUrl()));
        if (!webhooks.queue(hook.id, `${event.scope} ${event.action}`, payload))
          services.log.warn('a webhook has too many deliveries waiting', { webhook: hook.id });
      }
      if (hooks.length > 0) wake();
    } catch (error) {
      services.log.error('webhooks were not told', { repo: repoId(event.repo.ref), error });
    }
  };
}

function mayHear({ accounts, can }: Needs, { userId }: Webhook, repo: RepoRow): boolean {
  const user = accounts.userById(userId);
  return user !== null && can(accounts.viewerOfUser(user, 'session'), 'read', repo);
}

/** What is sent, in the form of the Hub's third version. */
function payloadOf(services: Needs, hook: Pick<Webhook, 'id'>, event: HubEvent, baseUrl: string): object {
  const { scope, action, repo, movedTo, updatedRefs, updatedConfig, discussion, comment } = event;
  const { ref } = repo;
  const headSha = event.headSha ?? services.index.get(ref)?.head;
  return {
    event: { action, scope },
    repo: {
      type: ref.kind,
      name: repoId(ref),
      id: hexId('repo', repo),
      private: repo.private,
      url: { web: baseUrl + repoPath(ref), api: `${baseUrl}/api/${ref.kind}s/${repoId(ref)}` },
      ...(headSha ? { headSha } : {}),
      owner: { id: accountIdOf(services, ref.owner) },
    },
    ...(movedTo ? { movedTo: { name: repoId(movedTo), owner: { id: accountIdOf(services, movedTo.owner) } } } : {}),
    ...(updatedRefs ? { updatedRefs } : {}),
    ...(updatedConfig ? { updatedConfig } : {}),
    ...(discussion ? { discussion: discussionPart(services, event, discussion, baseUrl) } : {}),
    ...(discussion && comment ? { comment: commentPart(services, event, { discussion, comment }, baseUrl) } : {}),
    webhook: { id: hook.id, version: 3 },
  };
}

function discussionPart(services: Needs, { repo: { ref } }: HubEvent, discussion: Discussion, baseUrl: string): object {
  const { num, title, status, author, pullRequest } = discussion;
  const below = `/discussions/${num}`;
  return {
    id: hexId('discussion', discussion),
    num,
    title,
    status,
    isPullRequest: pullRequest !== null,
    ...(pullRequest ? { changes: { base: `refs/heads/${pullRequest.base}` } } : {}),
    author: { id: author && accountIdOf(services, author.name) },
    url: { web: baseUrl + repoPath(ref) + below, api: `${baseUrl}/api/${ref.kind}s/${repoId(ref)}${below}` },
  };
}

/** A hidden comment says that it is hidden, and not what it said. */
function commentPart(
  services: Needs,
  { repo: { ref } }: HubEvent,
  { discussion: { num }, comment }: { readonly discussion: Discussion; readonly comment: CommentEvent },
  baseUrl: string,
): object {
  const { id, author, hidden, versions } = comment;
  return {
    id,
    author: { id: author && accountIdOf(services, author.name) },
    hidden: hidden !== null,
    ...(hidden ? {} : { content: versions.at(-1)?.raw ?? '' }),
    url: { web: `${baseUrl}${repoPath(ref)}/discussions/${num}#${id}` },
  };
}

function accountIdOf(services: Needs, name: string): string | null {
  return accountEntity(services, name)?._id ?? null;
}

import { type RepoRef, repoId, repoPath } from '../../config/repo.js';
import { plural } from '../format.js';
import type { IconName } from '../icons.js';
import { safeUrl } from '../safe.js';
import { Icon } from './icon.js';
import { Age } from './time.js';

interface OfRepository {
  readonly repo: RepoRef;
  readonly atMs: number;
  /** The page that shows more, or that helps. */
  readonly href: string;
}

export type ActivityEntry =
  | (OfRepository & {
      readonly kind: 'push';
      /** null = somebody who left. */
      readonly by: string | null;
      readonly what: 'pushed' | 'created' | 'deleted';
      readonly ref: { readonly space: 'branch' | 'tag'; readonly name: string };
      /** Refs that moved with it. */
      readonly others: number;
      /** Pushes that this line stands for. */
      readonly times: number;
    })
  | (OfRepository & { readonly kind: 'access'; readonly people: number })
  | (OfRepository & {
      readonly kind: 'decision';
      readonly state: 'accepted' | 'rejected' | 'withdrawn';
      /** Why, where somebody said so. */
      readonly reason: string;
    })
  | (OfRepository & {
      readonly kind: 'discussion';
      /** null = somebody who left. */
      readonly by: string | null;
      readonly what: Discussing;
      readonly num: number;
      readonly title: string;
    })
  | (OfRepository & { readonly kind: 'indexing' | 'loading' | 'quarantine'; readonly reason: string });

type Discussing = 'began' | 'comment' | 'title-change' | 'commit' | 'draft' | 'open' | 'closed' | 'merged';

type Failure = Extract<ActivityEntry, { readonly kind: 'indexing' | 'loading' | 'quarantine' }>;

const failures: Readonly<Record<Failure['kind'], { readonly text: string; readonly remedy: string }>> = {
  indexing: { text: 'could not be indexed', remedy: 'Read it again' },
  loading: { text: 'does not run', remedy: 'What helps' },
  quarantine: { text: 'was taken out of service', remedy: 'Let it run again' },
};

/** What happened to one's repositories. */
export function Activity({ entries, nowMs }: { readonly entries: readonly ActivityEntry[]; readonly nowMs: number }) {
  return (
    <ol class="activity" aria-labelledby="activity">
      {entries.map((entry, place) => (
        <li key={place} class={isFailure(entry) ? 'activity-entry activity-failure' : 'activity-entry'}>
          <Icon name={iconOf(entry)} />
          <div>
            <Entry entry={entry} />
          </div>
          <span class="activity-age">
            <Age atMs={entry.atMs} nowMs={nowMs} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Entry({ entry }: { readonly entry: ActivityEntry }) {
  if (entry.kind === 'push') return <Push push={entry} />;
  if (entry.kind === 'access') return <Asked asked={entry} />;
  if (entry.kind === 'decision') return <Decided decided={entry} />;
  if (entry.kind === 'discussion') return <Discussed discussed={entry} />;
  return <Failed failure={entry} />;
}

function isFailure(entry: ActivityEntry): entry is Failure {
  return Object.hasOwn(failures, entry.kind);
}

function iconOf(entry: ActivityEntry): IconName {
  if (entry.kind === 'access' || entry.kind === 'decision') return 'lock';
  if (entry.kind === 'discussion') return entry.what === 'merged' ? 'git-merge' : 'message-square';
  if (entry.kind !== 'push') return 'triangle-alert';
  if (entry.what === 'deleted') return 'trash-2';
  return entry.ref.space === 'tag' ? 'tag' : entry.what === 'created' ? 'git-branch' : 'git-commit-horizontal';
}

function Push({ push }: { readonly push: ActivityEntry & { kind: 'push' } }) {
  const { by, what, ref, others, times } = push;
  return (
    <p>
      {by ?? 'Somebody'} {what}{' '}
      <a href={safeUrl(push.href)}>
        {what === 'pushed' ? '' : `the ${ref.space} `}
        <bdi class="mono">{ref.name}</bdi>
      </a>
      {others > 0 && ` and ${plural(others, 'other')}`} {what === 'pushed' ? 'to' : 'of'}{' '}
      <Repository repo={push.repo} />
      {times > 1 && <span class="quiet"> · {times} times</span>}
    </p>
  );
}

function Failed({ failure }: { readonly failure: Failure }) {
  const { text, remedy } = failures[failure.kind];
  return (
    <>
      <p>
        <Repository repo={failure.repo} /> {text}. <a href={safeUrl(failure.href)}>{remedy}</a>
      </p>
      <p class="small quiet" dir="auto">
        {failure.reason}
      </p>
    </>
  );
}

function Asked({ asked: { people, href, repo } }: { readonly asked: ActivityEntry & { kind: 'access' } }) {
  return (
    <p>
      <a href={safeUrl(href)}>{plural(people, 'person asks', 'people ask')} for the files</a> of{' '}
      <Repository repo={repo} />
    </p>
  );
}

const decisions = {
  accepted: 'You were given access to',
  rejected: 'You were not given access to',
  withdrawn: 'You no longer have access to',
} as const;

function Decided({ decided: { state, reason, repo } }: { readonly decided: ActivityEntry & { kind: 'decision' } }) {
  return (
    <>
      <p>
        {decisions[state]} the files of <Repository repo={repo} />
      </p>
      {state !== 'accepted' && reason && (
        <p class="small quiet" dir="auto">
          {reason}
        </p>
      )}
    </>
  );
}

const discussedWords: Readonly<Record<Discussing, string>> = {
  began: 'began',
  comment: 'wrote in',
  'title-change': 'renamed',
  commit: 'pushed to',
  draft: 'made a draft of',
  open: 'opened',
  closed: 'closed',
  merged: 'merged',
};

function Discussed({ discussed }: { readonly discussed: ActivityEntry & { kind: 'discussion' } }) {
  const { by, what, num, title, href, repo } = discussed;
  return (
    <p>
      {by ?? 'Somebody'} {discussedWords[what]}{' '}
      <a href={safeUrl(href)}>
        <bdi>{title}</bdi> #{num}
      </a>{' '}
      of <Repository repo={repo} />
    </p>
  );
}

function Repository({ repo }: { readonly repo: RepoRef }) {
  return (
    <a class="mono activity-repo" href={safeUrl(repoPath(repo))}>
      {repoId(repo)}
    </a>
  );
}

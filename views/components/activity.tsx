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
  | (OfRepository & { readonly kind: 'indexing' | 'loading' | 'quarantine'; readonly reason: string });

type Failure = Exclude<ActivityEntry, { kind: 'push' }>;

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
        <li key={place} class={entry.kind === 'push' ? 'activity-entry' : 'activity-entry activity-failure'}>
          <Icon name={iconOf(entry)} />
          <div>{entry.kind === 'push' ? <Push push={entry} /> : <Failed failure={entry} />}</div>
          <span class="activity-age">
            <Age atMs={entry.atMs} nowMs={nowMs} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function iconOf(entry: ActivityEntry): IconName {
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
      <p class="small activity-reason" dir="auto">
        {failure.reason}
      </p>
    </>
  );
}

function Repository({ repo }: { readonly repo: RepoRef }) {
  return (
    <a class="mono activity-repo" href={safeUrl(repoPath(repo))}>
      {repoId(repo)}
    </a>
  );
}

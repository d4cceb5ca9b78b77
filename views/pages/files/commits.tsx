import type { Chrome } from '../../chrome.js';
import { CopyButton } from '../../components/copy.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { formatDay } from '../../format.js';
import { safeUrl } from '../../safe.js';
import type { CommitLink } from './commitLink.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { PersonName } from './person.js';

export interface CommitsView {
  readonly head: RepoHead;
  readonly revision: string;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly rows: readonly CommitLink[];
  readonly older: string | null;
  readonly newer: string | null;
}

/** Commits, newest first, by day. */
export function CommitsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: CommitsView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title="Commits" noIndex>
      <h2>Commits of {view.revision}</h2>
      {view.path && <Crumbs crumbs={view.crumbs} path={view.path} />}
      {view.rows.length === 0 && <p class="muted">No commits touch this path.</p>}
      {byDay(view.rows).map(({ day, rows }) => (
        <section key={`${day} ${rows[0]!.oid}`}>
          <h3 class="commit-day">{day}</h3>
          <ol class="commits">
            {rows.map((row) => (
              <li key={row.oid} class="panel commit-row">
                <a class="commit-title" href={safeUrl(row.href)}>
                  {row.title || '(no message)'}
                </a>
                <span class="muted">
                  <PersonName person={row.author} /> <Age atMs={row.atMs} />
                </span>
                <span>
                  <span class="mono">{row.oid.slice(0, 7)}</span> <CopyButton text={row.oid} label="Copy commit id" />
                </span>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <nav class="button-row" aria-label="Pages">
        {view.newer && (
          <a class="button" href={safeUrl(view.newer)} rel="prev">
            Newer
          </a>
        )}
        {view.older && (
          <a class="button" href={safeUrl(view.older)} rel="next">
            Older
          </a>
        )}
      </nav>
    </RepoFrame>
  );
}

/** Neighbours of one day. Clocks of committers differ, so a day may come twice. */
function byDay(rows: readonly CommitLink[]): { day: string; rows: CommitLink[] }[] {
  const groups: { day: string; rows: CommitLink[] }[] = [];
  for (const row of rows) {
    const day = formatDay(row.atMs);
    const last = groups.at(-1);
    if (last?.day === day) last.rows.push(row);
    else groups.push({ day, rows: [row] });
  }
  return groups;
}

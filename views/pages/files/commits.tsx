import type { Chrome } from '../../chrome.js';
import { GateLine, type GateView } from '../../components/gatePanel.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { formatDay } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { visibleText } from '../../visibleText.js';
import { type CommitLink, CommitStrip } from './commitLink.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { RefMenu, type RefMenuView } from './refMenu.js';

export interface CommitRow extends CommitLink {
  /** All files at this commit. */
  readonly tree: string;
  /** The file whose history this is, as it was at this commit; `was` = its name then, if it was another. */
  readonly file: { readonly href: string | null; readonly was: string | null } | null;
}

export interface CommitsView {
  readonly head: RepoHead;
  readonly revision: string;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly menu: RefMenuView;
  /** What keeps the viewer from the files. */
  readonly lock: GateView | null;
  readonly rows: readonly CommitRow[];
  readonly older: string | null;
  readonly newer: string | null;
}

/** Commits, newest first, by day. */
export function CommitsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: CommitsView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title="Commits" noIndex modules={['hub-menu']}>
      <h2 class="visually-hidden">
        Commits of {view.path || view.head.name} at {view.revision}
      </h2>
      <div class="file-bar">
        <RefMenu menu={view.menu} />
        <Crumbs crumbs={view.crumbs} path={view.path} />
      </div>
      {view.lock && <GateLine path={view.head.path} gate={view.lock} />}
      {view.rows.length === 0 && <p class="muted">No commits touch this path.</p>}
      <CommitList rows={view.rows} />
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

/** By day, newest first. */
export function CommitList({ rows: all }: { readonly rows: readonly CommitRow[] }) {
  return byDay(all).map(({ day, rows }) => (
    <section key={`${day} ${rows[0]!.oid}`}>
      <h3 class="commit-day">{day}</h3>
      <ol class="commits">
        {rows.map((row) => (
          <Row key={row.oid} row={row} />
        ))}
      </ol>
    </section>
  ));
}

function Row({ row }: { readonly row: CommitRow }) {
  const { oid, tree, file } = row;
  return (
    <li class="panel commit-row">
      <CommitStrip commit={row} />
      <p class="commit-links small">
        {file?.was && (
          <span class="quiet mono breaks">
            <bdi>{visibleText(file.was)}</bdi>
          </span>
        )}
        {file?.href && <a href={safeUrl(file.href)}>File at this point</a>}
        <a href={safeUrl(tree)} aria-label={`Browse files at ${oid.slice(0, 7)}`}>
          Browse files
        </a>
      </p>
    </li>
  );
}

/** Neighbours of one day. Clocks of committers differ, so a day may come twice. */
function byDay(rows: readonly CommitRow[]): { day: string; rows: CommitRow[] }[] {
  const groups: { day: string; rows: CommitRow[] }[] = [];
  for (const row of rows) {
    const day = formatDay(row.atMs);
    const last = groups.at(-1);
    if (last?.day === day) last.rows.push(row);
    else groups.push({ day, rows: [row] });
  }
  return groups;
}

import type { Chrome } from '../../chrome.js';
import { Avatar } from '../../components/avatar.js';
import { CodeBlock } from '../../components/copy.js';
import { CsrfField, ErrorSummary, Field, type FormErrors } from '../../components/form.js';
import { Icon } from '../../components/icon.js';
import { MaybeLink } from '../../components/maybeLink.js';
import { Notice } from '../../components/notice.js';
import { Pagination } from '../../components/pagination.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { Raw } from '../../render.js';
import { type SafeHtml, safeUrl } from '../../safe.js';
import { visibleText } from '../../visibleText.js';
import { Changes, type ChangesView } from '../files/commit.js';
import { CommitList, type CommitRow } from '../files/commits.js';
import { type DiscussionStatus, isOpen, PersonLink, StatusBadge } from './status.js';

export interface DiscussionHead {
  readonly head: RepoHead;
  readonly num: number;
  readonly title: string;
  readonly status: DiscussionStatus;
  /** null = somebody who left. */
  readonly author: string | null;
  readonly createdAtMs: number;
  /** The branch that a pull request is for; null = no pull request. */
  readonly base: string | null;
}

export interface DiscussionView extends DiscussionHead {
  readonly events: readonly EventView[];
  readonly page: number;
  readonly pages: number;
  /** What the viewer may do, apart from reading. */
  readonly may: { readonly comment: boolean; readonly change: boolean; readonly merge: boolean };
  readonly pull: PullView | null;
  readonly maxTitle: number;
  readonly maxText: number;
  readonly text: string;
  readonly errors: FormErrors;
}

export interface PullView {
  /** Its last commit, as the viewer sees it; null = there are no files to compare. */
  readonly head: string | null;
  readonly isEmpty: boolean;
  readonly conflicts: readonly string[] | 'unknown';
  readonly merged: { readonly oid: string; readonly href: string | null } | null;
  /** For who may have the files: how they are fetched, and where they are pushed. */
  readonly commands: { readonly label: string; readonly text: string } | null;
}

export type EventView = {
  readonly id: string;
  readonly author: string | null;
  readonly atMs: number;
} & (
  | {
      readonly type: 'comment';
      /** null = it is hidden. */
      readonly html: SafeHtml | null;
      readonly hiddenBy: string | null;
      /** What it says, for who may edit it. */
      readonly raw: string | null;
      /** What it said before, the latest first. */
      readonly before: readonly { readonly raw: string; readonly atMs: number }[];
      readonly mayHide: boolean;
    }
  | { readonly type: 'status-change'; readonly status: DiscussionStatus }
  | { readonly type: 'title-change'; readonly from: string; readonly to: string }
  | { readonly type: 'commit'; readonly oid: string; readonly subject: string; readonly href: string | null }
);

/** `…/discussions/N`: what was said and what happened, and the forms to answer. */
export function DiscussionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: DiscussionView }) {
  const { head, num, events, page, pages, errors } = view;
  const here = `${head.path}/discussions/${num}`;
  return (
    <RepoFrame chrome={chrome} head={head} tab="community" title={`${view.title} #${num}`} noIndex>
      <Top view={view} tab="talk" />
      <ErrorSummary errors={errors} />
      {events.map((event) => (
        <Event key={event.id} event={event} view={view} />
      ))}
      <Pagination page={page} pages={pages} href={(p) => (p > 0 ? `${here}?p=${p}` : here)} label="Pages of events" />
      {view.pull && <Pull pull={view.pull} view={view} />}
      {view.may.comment ? (
        <Answer view={view} />
      ) : (
        <p>
          <a href={safeUrl(`/login?next=${encodeURIComponent(here)}`)}>Sign in</a> to comment.
        </p>
      )}
    </RepoFrame>
  );
}

/** `…/discussions/N/files`: what a pull request would change. */
export function DiscussionFilesPage({
  chrome,
  view,
  changes,
}: {
  readonly chrome: Chrome;
  readonly view: DiscussionHead;
  /** Null where there is nothing to compare. */
  readonly changes: ChangesView | null;
}) {
  return (
    <RepoFrame
      chrome={chrome}
      head={view.head}
      tab="community"
      title={`Files of ${view.title} #${view.num}`}
      noIndex
      modules={['hub-diff']}
    >
      <Top view={view} tab="files" />
      {changes ? <Changes view={changes} what="This pull request" /> : <BranchGone base={view.base} />}
    </RepoFrame>
  );
}

/** `…/discussions/N/commits`: those that a pull request brings, the newest first. */
export function DiscussionCommitsPage({
  chrome,
  view,
  commits,
  more,
}: {
  readonly chrome: Chrome;
  readonly view: DiscussionHead;
  /** Null where there is nothing to compare. */
  readonly commits: readonly CommitRow[] | null;
  /** Whether there are older ones, which are not shown. */
  readonly more: boolean;
}) {
  const title = `Commits of ${view.title} #${view.num}`;
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="community" title={title} noIndex>
      <Top view={view} tab="commits" />
      {!commits ? <BranchGone base={view.base} /> : <CommitList rows={commits} />}
      {commits?.length === 0 && <p class="quiet">It has no commits yet.</p>}
      {more && <p class="quiet">Older ones are not shown.</p>}
    </RepoFrame>
  );
}

function BranchGone({ base }: Pick<DiscussionHead, 'base'>) {
  return <p class="quiet">The branch {base} is gone: there is nothing to compare with.</p>;
}

const tabs = [
  { key: 'talk', under: '', text: 'Discussion' },
  { key: 'commits', under: '/commits', text: 'Commits' },
  { key: 'files', under: '/files', text: 'Files changed' },
] as const;

function Top({ view, tab }: { readonly view: DiscussionHead; readonly tab: (typeof tabs)[number]['key'] }) {
  const { head, num, title, status, base } = view;
  const here = `${head.path}/discussions/${num}`;
  return (
    <>
      <div class="stack">
        <h2 class="breaks" dir="auto">
          {title} <span class="quiet">#{num}</span>
        </h2>
        <p class="quiet">
          <StatusBadge status={status} isPullRequest={base !== null} /> opened <Age atMs={view.createdAtMs} /> by{' '}
          <PersonLink name={view.author} />
          {base !== null && (
            <>
              {' '}
              · <span class="mono">refs/pr/{num}</span> → <bdi class="mono breaks">{base}</bdi>
            </>
          )}
        </p>
      </div>
      {base !== null && (
        <nav class="segments" aria-label="Pull request">
          {tabs.map(({ key, under, text }) => (
            <a key={key} href={safeUrl(here + under)} aria-current={key === tab ? 'page' : undefined}>
              {text}
            </a>
          ))}
        </nav>
      )}
    </>
  );
}

const statusWords: Readonly<Record<DiscussionStatus, string>> = {
  draft: 'made this a draft',
  open: 'opened this',
  closed: 'closed this',
  merged: 'merged this pull request',
};

function Event({ event, view }: { readonly event: EventView; readonly view: DiscussionView }) {
  if (event.type === 'comment') return <Comment comment={event} view={view} />;
  return (
    <p class="commit-strip small" id={event.id}>
      <PersonLink name={event.author} /> {event.type === 'status-change' && statusWords[event.status]}
      {event.type === 'title-change' && (
        <span class="breaks">
          changed the title from <bdi>“{event.from}”</bdi> to <bdi>“{event.to}”</bdi>
        </span>
      )}
      {event.type === 'commit' && (
        <span class="breaks">
          pushed{' '}
          <MaybeLink class="mono" href={event.href}>
            {event.oid.slice(0, 7)}
          </MaybeLink>{' '}
          <bdi>{event.subject}</bdi>
        </span>
      )}{' '}
      <Age atMs={event.atMs} />
    </p>
  );
}

type CommentView = EventView & { readonly type: 'comment' };

function Comment({ comment, view }: { readonly comment: CommentView; readonly view: DiscussionView }) {
  const { id, author, atMs, html, hiddenBy, before } = comment;
  return (
    <article class="panel stack" id={id} aria-label={`Comment of ${author ?? 'somebody who left'}`}>
      <div class="commit-strip">
        <Avatar name={author ?? '?'} /> <PersonLink name={author} /> <Age atMs={atMs} />
        {before.length > 0 && <span class="quiet small">edited</span>}
      </div>
      {html === null ? (
        <p class="quiet">{hiddenBy} hid this comment.</p>
      ) : html === '' ? (
        <p class="quiet">No text.</p>
      ) : (
        <Raw html={html} class="prose" dir="auto" />
      )}
      {before.length > 0 && (
        <details class="small">
          <summary>What it said before</summary>
          {before.map((version) => (
            <div key={version.atMs}>
              <p class="quiet">
                <Age atMs={version.atMs} />
              </p>
              <p class="commit-body" dir="auto">
                {visibleText(version.raw)}
              </p>
            </div>
          ))}
        </details>
      )}
      <CommentForms comment={comment} view={view} />
    </article>
  );
}

function CommentForms({ comment, view }: { readonly comment: CommentView; readonly view: DiscussionView }) {
  const { id, raw, mayHide } = comment;
  const action = safeUrl(`${view.head.path}/discussions/${view.num}`);
  if (raw === null && !mayHide) return null;
  return (
    <>
      {raw !== null && (
        <details class="small">
          <summary>Edit</summary>
          <form class="form" method="post" action={action}>
            <CsrfField />
            <input type="hidden" name="comment" value={id} />
            <div class="field">
              <label for={`edit-${id}`}>Text</label>
              <textarea class="input" id={`edit-${id}`} name="text" rows={6} maxlength={view.maxText} dir="auto">
                {raw}
              </textarea>
            </div>
            <div>
              <button class="button" type="submit" name="do" value="edit">
                Save
              </button>
            </div>
          </form>
        </details>
      )}
      {mayHide && (
        <details class="small">
          <summary>Hide</summary>
          <form method="post" action={action}>
            <CsrfField />
            <input type="hidden" name="comment" value={id} />
            <p>Nobody reads it any more, and it stays hidden.</p>
            <button class="button button-danger" type="submit" name="do" value="hide">
              Hide this comment
            </button>
          </form>
        </details>
      )}
    </>
  );
}

function Pull({ pull, view }: { readonly pull: PullView; readonly view: DiscussionView }) {
  const { status, base, head, num, may } = view;
  const { merged, conflicts, isEmpty, commands } = pull;
  if (merged) {
    return (
      <Notice tone="ok">
        Merged into {base} as{' '}
        <MaybeLink class="mono" href={merged.href}>
          {merged.oid.slice(0, 7)}
        </MaybeLink>
        .
      </Notice>
    );
  }
  if (!isOpen(status)) return null;
  const fits = conflicts !== 'unknown' && conflicts.length === 0;
  const isReady = pull.head !== null && fits && !isEmpty;
  return (
    <section class="panel stack" aria-labelledby="merge">
      <h3 id="merge">Merge</h3>
      {pull.head === null && <p>The branch {base} is gone: this cannot be merged.</p>}
      {conflicts === 'unknown' && <p>This cannot be merged by the hub: merge it with git and push the result.</p>}
      {conflicts !== 'unknown' && conflicts.length > 0 && <Conflicts files={conflicts} base={base} />}
      {isEmpty && fits && pull.head !== null && <p class="quiet">It has no commits yet.</p>}
      {isReady && status === 'open' && !may.merge && (
        <p class="quiet">It fits {base}: whoever may write the repository can merge it.</p>
      )}
      {status === 'draft' && <p class="quiet">It is a draft: it can be merged once it is published.</p>}
      {commands && (
        <div>
          <p class="small">{commands.label}</p>
          <CodeBlock text={commands.text} label="With git" />
        </div>
      )}
      <form class="button-row" method="post" action={safeUrl(`${head.path}/discussions/${num}`)}>
        <CsrfField />
        {pull.head !== null && <input type="hidden" name="head" value={pull.head} />}
        {status === 'draft' && may.change && (
          <button class="button" type="submit" name="do" value="open">
            Publish
          </button>
        )}
        {status === 'open' && may.merge && isReady && (
          <button class="button button-primary" type="submit" name="do" value="merge">
            <Icon name="git-merge" /> Merge into {base}
          </button>
        )}
      </form>
    </section>
  );
}

const shownConflicts = 50;

function Conflicts({ files, base }: { readonly files: readonly string[]; readonly base: string | null }) {
  const more = files.length - shownConflicts;
  return (
    <>
      <p>
        These files were changed on both sides; {base} has to be brought into the pull request, which is pushed again:
      </p>
      <ul>
        {files.slice(0, shownConflicts).map((file) => (
          <li key={file} class="mono breaks">
            {visibleText(file)}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </>
  );
}

function Answer({ view }: { readonly view: DiscussionView }) {
  const { head, num, status, may, errors } = view;
  const action = safeUrl(`${head.path}/discussions/${num}`);
  return (
    <>
      <form class="form panel" method="post" action={action}>
        <CsrfField />
        <Field name="text" label="Comment" hint="Markdown." errors={errors}>
          {(attributes) => (
            <textarea {...attributes} class="input" rows={5} maxlength={view.maxText} dir="auto">
              {view.text}
            </textarea>
          )}
        </Field>
        <div class="button-row">
          <button class="button button-primary" type="submit" name="do" value="comment">
            Comment
          </button>
          {may.change && status !== 'merged' && (
            <button class="button" type="submit" name="do" value={isOpen(status) ? 'close' : 'open'}>
              {isOpen(status) ? 'Close' : 'Open again'}
            </button>
          )}
        </div>
      </form>
      {may.change && (
        <details>
          <summary>Change the title</summary>
          <form class="form panel" method="post" action={action}>
            <CsrfField />
            <div class="field">
              <label for="title">Title</label>
              <input class="input" id="title" name="title" value={view.title} maxlength={view.maxTitle} required />
            </div>
            <div>
              <button class="button" type="submit" name="do" value="title">
                Save
              </button>
            </div>
          </form>
        </details>
      )}
    </>
  );
}

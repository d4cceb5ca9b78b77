import type { Chrome } from '../../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, RadioField, TextField } from '../../components/form.js';
import { Icon } from '../../components/icon.js';
import { MaybeLink } from '../../components/maybeLink.js';
import { Notice } from '../../components/notice.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { plural } from '../../format.js';
import { safeUrl } from '../../safe.js';
import type { CommitLink } from './commitLink.js';

export interface RefsView {
  readonly head: RepoHead;
  /** Whether the viewer may make and delete them. */
  readonly mayChange: boolean;
  readonly branches: readonly RefRow[];
  readonly tags: readonly RefRow[];
  /** Those that are not shown. */
  readonly branchesLeft: number;
  readonly tagsLeft: number;
  readonly errors: FormErrors;
  readonly values: Readonly<Record<string, string>>;
  /** What was done just now. */
  readonly changed: {
    readonly what: 'made' | 'deleted';
    readonly kind: 'branch' | 'tag';
    readonly name: string;
  } | null;
}

export interface RefRow {
  /** `refs/heads/main` */
  readonly ref: string;
  readonly name: string;
  /** Its files. */
  readonly href: string;
  /** Null for a tag that names no commit. */
  readonly commit: CommitLink | null;
}

/** Branches and tags, with the forms that make and delete them. */
export function RefsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: RefsView }) {
  return (
    <RepoFrame chrome={chrome} head={view.head} tab="files" title="Branches and tags" noIndex>
      <ErrorSummary errors={view.errors} />
      {view.changed && <Changed changed={view.changed} />}
      <Refs title="Branches" rows={view.branches} left={view.branchesLeft} view={view} />
      <Refs title="Tags" rows={view.tags} left={view.tagsLeft} view={view} />
      {view.mayChange && <MakeForm view={view} />}
    </RepoFrame>
  );
}

function Changed({ changed: { what, kind, name } }: { readonly changed: NonNullable<RefsView['changed']> }) {
  return (
    <Notice tone="ok" role="status">
      <p>
        The {kind} <bdi class="mono breaks">{name}</bdi> is {what === 'made' ? 'there now' : 'deleted'}.
      </p>
    </Notice>
  );
}

interface RefsProps {
  readonly title: 'Branches' | 'Tags';
  readonly rows: readonly RefRow[];
  readonly left: number;
  readonly view: RefsView;
}

function Refs({ title, rows, left, view: { head, mayChange } }: RefsProps) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p class="quiet">
          {title === 'Tags' ? 'There are no tags.' : 'There are no branches yet: push a first commit.'}
        </p>
      ) : (
        <ul class="panel refs">
          {rows.map((row) => (
            <li key={row.ref}>
              <div class="ref-name">
                <a class="mono breaks" href={safeUrl(row.href)}>
                  {row.name}
                </a>{' '}
                {row.ref === `refs/heads/${head.defaultBranch}` && <span class="badge">default</span>}
              </div>
              <LastCommit commit={row.commit} />
              {mayChange && row.ref !== `refs/heads/${head.defaultBranch}` && <DeleteForm row={row} head={head} />}
            </li>
          ))}
        </ul>
      )}
      {left > 0 && <p class="quiet">{plural(left, 'more')}; a clone has them all.</p>}
    </section>
  );
}

function LastCommit({ commit }: { readonly commit: CommitLink | null }) {
  if (!commit) return <span class="quiet small">names no commit</span>;
  return (
    <span class="ref-commit small">
      <MaybeLink class="mono" href={commit.href}>
        {commit.oid.slice(0, 7)}
      </MaybeLink>{' '}
      <span dir="auto">{commit.title || '(no message)'}</span>{' '}
      <span class="quiet nowrap">
        <Age atMs={commit.atMs} />
      </span>
    </span>
  );
}

function DeleteForm({ row, head }: { readonly row: RefRow; readonly head: RepoHead }) {
  const isTag = row.ref.startsWith('refs/tags/');
  return (
    <details class="ref-delete">
      <summary aria-label={`Delete ${row.name} …`}>
        <Icon name="trash-2" />
      </summary>
      <form method="post" action={safeUrl(`${head.path}/refs`)}>
        <CsrfField />
        <input type="hidden" name="ref" value={row.ref} />
        <p class="small">
          {isTag ? 'Its commit stays where branches have it.' : 'Commits that only this branch has are lost.'}
        </p>
        <button type="submit" class="button button-danger" name="do" value="delete">
          Delete this {isTag ? 'tag' : 'branch'}
        </button>
      </form>
    </details>
  );
}

function MakeForm({ view: { head, errors, values } }: { readonly view: RefsView }) {
  return (
    <form class="panel form settings" method="post" action={safeUrl(`${head.path}/refs`)}>
      <h2>New branch or tag</h2>
      <CsrfField />
      <RadioField
        name="kind"
        legend="Kind"
        value={values.kind === 'tag' ? 'tag' : 'branch'}
        choices={[
          { value: 'branch', text: 'Branch', hint: 'Moves on with new commits.' },
          { value: 'tag', text: 'Tag', hint: 'A name for one commit, such as a release.' },
        ]}
      />
      <TextField
        name="name"
        label="Name"
        value={values.name}
        errors={errors}
        maxlength={200}
        autocomplete="off"
        required
        mono
      />
      <TextField
        name="from"
        label="From"
        hint="A branch, a tag or the id of a commit."
        value={values.from ?? head.defaultBranch}
        errors={errors}
        maxlength={250}
        autocomplete="off"
        mono
      />
      <div class="button-row">
        <button type="submit" class="button button-primary" name="do" value="create">
          Create
        </button>
      </div>
    </form>
  );
}

import { Avatar } from '../../components/avatar.js';
import { CopyButton } from '../../components/copy.js';
import { MaybeLink } from '../../components/maybeLink.js';
import { Age } from '../../components/time.js';
import { type Person, PersonName } from './person.js';

export interface CommitLink {
  readonly oid: string;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly isMerge: boolean;
  readonly atMs: number;
  /** Null where what it changed is not for the viewer. */
  readonly href: string | null;
}

/** A commit on one line, which unfolds the rest of its message. */
export function CommitStrip({ commit }: { readonly commit: CommitLink }) {
  const { oid, title, body, author, isMerge, atMs, href } = commit;
  return (
    <div class="commit-strip">
      <Avatar name={author.account ?? author.name} />
      <PersonName person={author} />
      <MaybeLink class="commit-subject" href={href} dir="auto">
        {title || '(no message)'}
      </MaybeLink>
      {body && (
        <details class="commit-message">
          <summary aria-label="Rest of the message">…</summary>
          <p class="commit-body small" dir="auto">
            {body}
          </p>
        </details>
      )}
      {isMerge && <span class="badge">merge</span>}
      <span class="commit-end">
        <MaybeLink class="mono" href={href}>
          {oid.slice(0, 7)}
        </MaybeLink>
        <CopyButton text={oid} label="Copy commit id" />
        <Age atMs={atMs} />
      </span>
    </div>
  );
}

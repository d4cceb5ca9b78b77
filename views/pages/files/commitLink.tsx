import { Avatar } from '../../components/avatar.js';
import { CopyButton } from '../../components/copy.js';
import { Age } from '../../components/time.js';
import { safeUrl } from '../../safe.js';
import { type Person, PersonName } from './person.js';

export interface CommitLink {
  readonly oid: string;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly isMerge: boolean;
  readonly atMs: number;
  readonly href: string;
}

/** A commit on one line, which unfolds the rest of its message. */
export function CommitStrip({ commit }: { readonly commit: CommitLink }) {
  const { oid, title, body, author, isMerge, atMs, href } = commit;
  return (
    <div class="commit-strip">
      <Avatar name={author.account ?? author.name} />
      <PersonName person={author} />
      <a class="commit-subject" href={safeUrl(href)} dir="auto">
        {title || '(no message)'}
      </a>
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
        <a class="mono" href={safeUrl(href)}>
          {oid.slice(0, 7)}
        </a>
        <CopyButton text={oid} label="Copy commit id" />
        <Age atMs={atMs} />
      </span>
    </div>
  );
}

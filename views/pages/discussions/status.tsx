import { Icon } from '../../components/icon.js';
import { safeUrl } from '../../safe.js';

export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export function isOpen(status: DiscussionStatus): boolean {
  return status === 'open' || status === 'draft';
}

/** What it is, and how it stands: in words, and by its icon and colour too. */
export function StatusBadge({
  status,
  isPullRequest,
}: {
  readonly status: DiscussionStatus;
  readonly isPullRequest: boolean;
}) {
  const icon = !isPullRequest ? 'message-square' : status === 'merged' ? 'git-merge' : 'git-pull-request';
  return (
    <>
      {isPullRequest && <span class="badge">pull request</span>}{' '}
      <span class={`badge${tones[status]}`}>
        <Icon name={icon} /> {status}
      </span>
    </>
  );
}

const tones: Readonly<Record<DiscussionStatus, string>> = {
  draft: '',
  open: ' added',
  closed: ' badge-danger',
  merged: ' added',
};

/** @param name null = somebody who left */
export function PersonLink({ name }: { readonly name: string | null }) {
  if (name === null) return <span class="person">somebody who left</span>;
  return (
    <a class="person" href={safeUrl(`/${name}`)}>
      {name}
    </a>
  );
}

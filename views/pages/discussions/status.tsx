import { safeUrl } from '../../safe.js';

export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export function isOpen(status: DiscussionStatus): boolean {
  return status === 'open' || status === 'draft';
}

export function StatusBadge({
  status,
  isPullRequest,
}: {
  readonly status: DiscussionStatus;
  readonly isPullRequest: boolean;
}) {
  return (
    <>
      {isPullRequest && <span class="badge">pull request</span>} <span class="badge">{status}</span>
    </>
  );
}

/** @param name null = somebody who left */
export function PersonLink({ name }: { readonly name: string | null }) {
  if (name === null) return <span class="person">somebody who left</span>;
  return (
    <a class="person" href={safeUrl(`/${name}`)}>
      {name}
    </a>
  );
}

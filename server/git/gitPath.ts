import { kindOfPath, type RepoKind } from '../../config/repo.js';

export type GitOperation = 'info/refs' | 'git-upload-pack' | 'git-receive-pack';
/** Of these only objects/batch is answered; git-lfs reads a reason from JSON alone, so the others are ours to refuse. */
export type LfsOperation = `info/lfs/${string}`;

/** A request for a git or LFS address of one repository. `owner` is null for a one-segment alias. */
export interface GitPath {
  readonly kind: RepoKind;
  readonly owner: string | null;
  readonly name: string;
  readonly operation: GitOperation | LfsOperation;
  readonly query: URLSearchParams;
}

const segment = '[A-Za-z0-9_][A-Za-z0-9._-]{0,99}';
const address = new RegExp(
  `^(/(?:datasets/|spaces/)?)(?:(${segment})/)?(${segment})/(info/refs|git-upload-pack|git-receive-pack|info/lfs/[A-Za-z0-9/_-]+)$`,
);

/**
 * Matches the **raw** request target. Nothing is decoded and no dot segment is folded before: `%2e%2e`, `/./` and
 * `//` therefore match no address, and one repository has exactly one spelling for the permission check.
 * @returns null for anything that is not a git or LFS address
 */
export function parseGitPath(target: string): GitPath | null {
  const mark = target.indexOf('?');
  const match = address.exec(mark < 0 ? target : target.slice(0, mark));
  if (!match) return null;
  const [, prefix, owner, rawName, operation] = match;
  const name = rawName!.replace(/\.git$/, '');
  if (!name || name.includes('..') || owner?.includes('..')) return null;
  return {
    kind: kindOfPath(prefix!),
    owner: owner ?? null,
    name,
    operation: operation as GitPath['operation'],
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
  };
}

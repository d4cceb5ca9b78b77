import type { Finding } from '../../hooks/types.js';
import type { LfsPointer } from '../../indexer/repository/lfsPointer.js';

/** Content that waits in a file until its commit is made: bodies may be larger than memory. */
export interface WaitingContent {
  readonly file: string;
  readonly start: number;
  readonly sizeBytes: number;
  /** What git would call it. */
  readonly blobId: string;
  readonly sha256: string;
}

/** One change of a commit that is made over HTTP. Paths are relative to the root, parted by `/`. */
export type Change =
  /** Content goes into git, or into LFS where the attributes or its size say so; a pointer names an object that is there. */
  | {
      readonly kind: 'put';
      readonly path: string;
      readonly content: Buffer | WaitingContent | LfsPointer;
      /** Without: as the file is that is there. */
      readonly executable?: boolean;
    }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'deleteFolder'; readonly path: string }
  | { readonly kind: 'move'; readonly from: string; readonly to: string };

export interface WantedCommit {
  /** Name without `refs/heads/`, which may be the first of an empty repository; or `refs/pr/N`. */
  readonly branch: string;
  /** What the caller saw at the branch; without, the commit goes on whatever is there. */
  readonly parent?: string;
  /** First line of the message. */
  readonly title: string;
  readonly body?: string;
  readonly changes: readonly Change[];
}

export type CommitOutcome =
  /** `oid` is the new commit, and indexed; `findings` are what the policy warns of. */
  | { readonly state: 'made'; readonly oid: string; readonly findings: readonly Finding[] }
  /** The branch has all of it already: nothing was made. */
  | { readonly state: 'unchanged'; readonly oid: string }
  /** By the policy of a push; nothing was changed. */
  | { readonly state: 'refused'; readonly findings: readonly Finding[] };

export interface WantedMerge {
  /** Name without `refs/heads/`. */
  readonly branch: string;
  /** A commit of this repository. */
  readonly theirs: string;
  /** Of the merge commit, where one is made. */
  readonly title: string;
}

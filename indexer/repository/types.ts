import type { Readable } from 'node:stream';
import type { RepoRef } from '../../config/repo.js';
import type { RangeReader } from '../formats/types.js';
import type { CatFileObject } from './catFile.js';
import type { ObjectHeader } from './objectPool.js';

/** One entry of a tree. For an LFS pointer, `lfs` names the real object; `sizeBytes` is then the real object's size. */
export interface TreeEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
  /** Git object id: of the blob (the pointer blob for LFS files), of the tree, or of the submodule's commit. */
  readonly oid: string;
  readonly sizeBytes: number;
  readonly executable: boolean;
  readonly lfs?: { readonly oid: string; readonly sizeBytes: number; readonly pointerSizeBytes: number };
}

export interface Commit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  readonly authoredAtMs: number;
  readonly committedAtMs: number;
  /** First line of the message. */
  readonly title: string;
  /** The rest of the message, trimmed. */
  readonly body: string;
}

export interface Ref {
  readonly name: string; // full: refs/heads/main
  readonly oid: string; // a tag's commit, peeled
}

/** Reads one bare repository. All reads go through a bounded pool of `git cat-file --batch` children or short git calls. */
export interface Repository {
  readonly repo: RepoRef;
  readonly folder: string;
  /** Branch that HEAD names, also when it has no commit yet. */
  defaultBranch(): Promise<string>;
  /** Commit that the default branch is at, as the ref's file says; null when it has none. */
  head(): Promise<string | null>;
  refs(): Promise<readonly Ref[]>;
  /** @param revision branch, tag, full or >= 7-hex id, or refs/…; @returns commit id, or null when there is none. */
  resolve(revision: string): Promise<string | null>;
  commit(oid: string): Promise<Commit>;
  /** Type and size of any object, or null when there is none. */
  header(oid: string): Promise<ObjectHeader | null>;
  /** Any object as git stores it: ask header() first where the size matters. */
  object(oid: string): Promise<CatFileObject>;
  /** Newest first. `path` follows one file or folder. */
  log(oid: string, options: { skip: number; limit: number; path?: string }): Promise<readonly Commit[]>;
  countCommits(oid: string): Promise<number>;
  /** Entries directly below `path` ('' = root), or all files below it when recursive. @throws HubError ENTRY_NOT_FOUND */
  tree(commit: string, path: string, options?: { recursive?: boolean }): Promise<readonly TreeEntry[]>;
  /** The entry at `path`, or null. */
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  /** Whole git blob (for an LFS file: the pointer). @throws HubError TOO_LARGE over maxBytes */
  blob(oid: string, maxBytes: number): Promise<Buffer>;
  /** Git blob as a stream, in bounded memory. */
  blobStream(oid: string): Promise<Readable>;
  /** Ranges of a file's real content (git blob or LFS object). Close it. @throws HubError LFS_OBJECT_MISSING */
  open(entry: TreeEntry): Promise<RangeReader & { close(): Promise<void> }>;
  /** Unified patch of a commit against its first parent (or the empty tree), cut at maxBytes. */
  patch(
    commit: string,
    options: { maxBytes: number; ignoreWhitespace?: boolean },
  ): Promise<{ text: string; cut: boolean }>;
  /** Last commit that touched each name directly below `path`. */
  lastCommits(commit: string, path: string, names: readonly string[]): Promise<ReadonlyMap<string, Commit>>;
}

export interface Repositories {
  open(repo: RepoRef): Repository;
  exists(repo: RepoRef): boolean;
  /** Creates an empty bare repository with HEAD → refs/heads/main and the server's git settings. */
  create(repo: RepoRef): Promise<void>;
  /** Points HEAD at a branch. */
  setDefaultBranch(repo: RepoRef, branch: string): Promise<void>;
  /** Gone under its name at once, by the time the promise is made; its bytes later. */
  remove(repo: RepoRef): Promise<void>;
  /** Frees what a killed hub had removed but not yet freed. */
  finishRemovals(): Promise<void>;
  rename(from: RepoRef, to: RepoRef): Promise<void>;
  /** All repositories on disk. */
  list(): AsyncIterable<RepoRef>;
  close(): Promise<void>;
}

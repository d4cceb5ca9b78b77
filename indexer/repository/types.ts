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
  /** Who made the commit of the author's change: another name after a rebase or a merge on a hub. */
  readonly committer: { readonly name: string; readonly email: string };
  readonly authoredAtMs: number;
  readonly committedAtMs: number;
  /** First line of the message. */
  readonly title: string;
  /** The rest of the message, trimmed. */
  readonly body: string;
}

/** A file that a commit changes. A side that is not there has the id of zeros and mode 000000. */
export interface FileChange {
  readonly path: string;
  /** Name before a rename. */
  readonly from: string | null;
  readonly old: { readonly mode: string; readonly oid: string };
  readonly new: { readonly mode: string; readonly oid: string };
  /** Lines; null where git takes the content for binary. */
  readonly added: number | null;
  readonly removed: number | null;
}

export type ChangedPath = Omit<FileChange, 'added' | 'removed'>;

/** A line of a file and where it came from. Lines of one commit share their source. */
export interface BlamedLine {
  readonly text: string;
  readonly source: LineSource;
}

export interface LineSource {
  readonly oid: string;
  readonly author: string;
  readonly title: string;
  readonly atMs: number;
}

export interface Ref {
  readonly name: string; // full: refs/heads/main
  readonly oid: string; // a tag's commit, peeled
}

/** What git walks or compares to tell. */
export interface History {
  /**
   * The commits that touched a file, newest first, each with the file's path then: renames are followed.
   * @throws HubError GIT_FAILED when it takes longer than some seconds
   */
  followed(
    oid: string,
    path: string,
    options: { skip: number; limit: number },
  ): Promise<readonly { readonly commit: Commit; readonly path: string }[]>;
  /** Newest first. `path` = those that touched this file or folder. */
  log(oid: string, options: { skip: number; limit: number; path?: string }): Promise<readonly Commit[]>;
  /** Those of `oid` that `without` does not have, newest first. */
  since(without: string, oid: string, options: { limit: number }): Promise<readonly Commit[]>;
  /** The last commit that both have; null = none. */
  mergeBase(one: string, other: string): Promise<string | null>;
  /** Refs that begin so and whose commits `oid` has and `without` has not; null = has nothing. */
  refsWithin(prefix: string, oid: string, without: string | null): Promise<readonly Ref[]>;
  countCommits(oid: string): Promise<number>;
  /** People by their e-mail addresses. @throws HubError GIT_FAILED when it takes longer than some seconds */
  countAuthors(oid: string): Promise<number>;
  /** Unified patch of a commit against `from`, or else its first parent (or the empty tree), cut at maxBytes; of these paths alone when they are given, with so many lines around each change. */
  patch(
    commit: string,
    options: {
      maxBytes: number;
      from?: string;
      ignoreWhitespace?: boolean;
      paths?: readonly string[];
      context?: number;
    },
  ): Promise<{ text: string; cut: boolean }>;
  /**
   * The files that a commit changes against `from`, or else its first parent (or the empty tree), in the order of the patch: their
   * contents are not read.
   */
  changedPaths(commit: string, options?: { from?: string }): Promise<readonly ChangedPath[]>;
  /** The same with their lines, which git compares: of these paths alone when they are given. */
  changes(
    commit: string,
    options?: { ignoreWhitespace?: boolean; from?: string; paths?: readonly string[] },
  ): Promise<readonly FileChange[]>;
  /**
   * Which commit each line of a text came with. Ask only of texts that are short: git walks their whole history.
   * @throws HubError GIT_FAILED when it takes longer than some seconds
   */
  blame(commit: string, path: string): Promise<readonly BlamedLine[]>;
  /** Last commit that touched each name directly below `path`. */
  lastCommits(commit: string, path: string, names: readonly string[]): Promise<ReadonlyMap<string, Commit>>;
  /** Last commit that touched each of these files and folders. */
  lastCommitsOf(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, Commit>>;
}

/** Reads one bare repository. All reads go through a bounded pool of `git cat-file --batch` children or short git calls. */
export interface Repository extends History {
  readonly repo: RepoRef;
  readonly folder: string;
  /** Branch that HEAD names, also when it has no commit yet. */
  defaultBranch(): Promise<string>;
  /** Commit that the default branch is at, as the ref's file says; null when it has none. */
  head(): Promise<string | null>;
  refs(): Promise<readonly Ref[]>;
  /** @param revision branch, tag, full or >= 7-hex id, or refs/…; @returns commit id, or null when there is none. */
  resolve(revision: string): Promise<string | null>;
  /** Removes a ref at once: no push, no policy. */
  removeRef(name: string): Promise<void>;
  commit(oid: string): Promise<Commit>;
  /** Type and size of any object, or null when there is none. */
  header(oid: string): Promise<ObjectHeader | null>;
  /** Any object as git stores it: ask header() first where the size matters. */
  object(oid: string): Promise<CatFileObject>;
  /**
   * Entries directly below `path` ('' = root), or all files below it when recursive; with `folders` each folder stands before what
   * it holds. @throws HubError ENTRY_NOT_FOUND
   */
  tree(
    commit: string,
    path: string,
    options?: { recursive?: boolean; folders?: boolean },
  ): Promise<readonly TreeEntry[]>;
  /** Disk that git's own objects take, without those of Git LFS; to the kibibyte. */
  storedBytes(): Promise<number>;
  /** The entry at `path`, or null. */
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  /** Whole git blob (for an LFS file: the pointer). @throws HubError TOO_LARGE over maxBytes */
  blob(oid: string, maxBytes: number): Promise<Buffer>;
  /** Git blob as a stream, in bounded memory. */
  blobStream(oid: string): Promise<Readable>;
  /** Ranges of a file's real content (git blob or LFS object). Close it. @throws HubError LFS_OBJECT_MISSING */
  open(entry: TreeEntry): Promise<RangeReader & { close(): Promise<void> }>;
  /** The folder that is all that a folder (by its tree's id) holds, or null. */
  onlyFolder(oid: string): Promise<{ readonly name: string; readonly oid: string } | null>;
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

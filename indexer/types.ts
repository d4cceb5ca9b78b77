import type { RepoRef } from '../config/repo.js';
import type { ModelRow, SearchIndex } from './search/types.js';
import type { ModelRecord } from './tags/types.js';

/** One push as the post-receive hook (or a commit over HTTP) leaves it in the spool: JSON, one file a push. */
export interface PushJob {
  readonly version: 1;
  /** File name in the spool, without `.json`; unique and sortable by time. */
  readonly id: string;
  readonly repo: RepoRef;
  readonly pusher: string;
  readonly refs: readonly { readonly name: string; readonly old: string; readonly new: string }[];
}

/** What the hub's own tables say about a repository; copied beside the derived record at each indexing. */
export interface RepoFacts {
  readonly private: boolean;
  readonly createdAtMs: number;
  readonly likes: number;
  /** Likes of the last seven days. */
  readonly trending: number;
  readonly downloads: number;
  readonly downloadsAllTime: number;
  /** Calls a second on this host, one after the other; 0 = not measured. */
  readonly speed: number;
  /** Its files are for those who asked and were let in. */
  readonly gated: boolean;
}

export interface IndexOutcome {
  readonly repo: RepoRef;
  readonly commit: string | null;
  /** Null for an empty repository and for one that is gone. */
  readonly record: ModelRecord | null;
  readonly previous: ModelRecord | null;
  /** False when an indexed head was already as new. */
  readonly changed: boolean;
}

export interface IndexedHead {
  readonly repo: RepoRef;
  readonly head: string | null;
  readonly facts: RepoFacts;
}

/** index.sqlite: rows that the repositories can give back. */
export interface IndexStore extends SearchIndex {
  get(repo: RepoRef): ModelRow | null;
  /** One IMMEDIATE transaction. */
  put(
    repo: RepoRef,
    row: {
      facts: RepoFacts;
      head: string | null;
      modifiedAtMs: number;
      record: ModelRecord | null;
      cardText: string;
      /** Of all files at the head, in git's order; without them lists ask git. */
      paths?: readonly string[];
    },
  ): void;
  /** Paths of all files at this head; null = git is to be asked. */
  paths(repo: RepoRef, head: string): readonly string[] | null;
  /** README.md at this head, '' where there is none that is read; null = git is to be asked. */
  card(repo: RepoRef, head: string): string | null;
  /** Copies changed facts (visibility, likes, downloads) without deriving again. */
  setFacts(repo: RepoRef, facts: RepoFacts): void;
  /** Whether a model answers here now: neither its files nor hub.sqlite alone say so. */
  setReady(repo: RepoRef, isReady: boolean): void;
  remove(repo: RepoRef): void;
  /** What there is to compare with the repositories: every row, without what was derived. */
  heads(): readonly IndexedHead[];
  /** Small key → value cache by content (rendered cards), dropped with the file. */
  cached(key: string): string | null;
  cache(key: string, value: string): void;
  close(): void;
}

/** Turns pushes into rows. At most a few repositories are read at a time; jobs of one repository run in order. */
export interface Indexer {
  /** Runs the job (or joins the run already under way) and resolves with its outcome. */
  index(job: PushJob): Promise<IndexOutcome>;
  /** Writes a job into the spool and indexes it: for commits made over HTTP and for reindex. */
  submit(repo: RepoRef, pusher: string, refs: PushJob['refs']): Promise<IndexOutcome>;
  /** Derives again whatever the refs say now. */
  reindex(repo: RepoRef): Promise<IndexOutcome>;
  /** Compares head and facts of every repository with its row, and every row with the repositories; heals differences. */
  reconcile(): Promise<{ checked: number; healed: number }>;
  /** True when the spool found at start was replayed. */
  ready(): boolean;
  /** Repositories being indexed or waiting now. */
  pending(repo: RepoRef): boolean;
  /** Outcome of the default branch head at `commit` derived without storing: for pre-receive dry runs and old revisions. */
  derive(repo: RepoRef, commit: string): Promise<ModelRecord>;
  close(): Promise<void>;
}

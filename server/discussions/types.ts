/** 'draft' and 'merged' are of pull requests alone. */
export type DiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

export interface Discussion {
  readonly id: number;
  readonly repoId: number;
  /** Counts discussions and pull requests of a repository together, from 1. */
  readonly num: number;
  readonly title: string;
  readonly status: DiscussionStatus;
  /** null = somebody who left. */
  readonly author: Person | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Comments, the first one too. */
  readonly comments: number;
  /** null = no pull request. */
  readonly pullRequest: PullRequest | null;
}

export interface Person {
  readonly id: number;
  readonly name: string;
}

export interface PullRequest {
  /** The branch that it is for, without `refs/heads/`. */
  readonly base: string;
  readonly merged: Merged | null;
}

export interface Merged {
  /** Where its commits left the branch. */
  readonly fork: string;
  /** Its last commit. */
  readonly head: string;
  /** What the branch was at after the merge: `head` itself, where that was enough. */
  readonly commit: string;
}

/** A text that a comment had; the last one is what it says today. */
export interface CommentVersion {
  readonly raw: string;
  readonly atMs: number;
}

export type EventData =
  | {
      readonly type: 'comment';
      /** The oldest first, one at least. */
      readonly versions: readonly CommentVersion[];
      readonly hidden: { readonly by: string; readonly atMs: number } | null;
    }
  | { readonly type: 'status-change'; readonly status: DiscussionStatus }
  | { readonly type: 'title-change'; readonly from: string; readonly to: string }
  | { readonly type: 'commit'; readonly oid: string; readonly subject: string };

export type DiscussionEvent = {
  /** 24 hex digits. */
  readonly id: string;
  readonly author: Person | null;
  readonly atMs: number;
} & EventData;

export type CommentEvent = Extract<DiscussionEvent, { type: 'comment' }>;

export interface DiscussionFilter {
  readonly type: 'all' | 'discussion' | 'pull_request';
  /** 'open' has drafts too, 'closed' what was merged. */
  readonly status: 'all' | 'open' | 'closed';
  /** A user's name; null = everybody. */
  readonly author: string | null;
  /** Part of a title. */
  readonly search?: string;
}

/** By when they were begun, or when something was said or done in them; the latest first. */
export const discussionOrders = ['created', 'updated'] as const;
export type DiscussionOrder = (typeof discussionOrders)[number];

/** The ref that a pull request's commits are on. */
export function refOf({ num }: Pick<Discussion, 'num'>): string {
  return `refs/pr/${num}`;
}

/** The number in `refs/pr/N`, or null for every other ref. */
export function numberOfRef(ref: string): number | null {
  const number = /^refs\/pr\/([1-9]\d{0,8})$/.exec(ref)?.[1];
  return number === undefined ? null : Number(number);
}

export function isOpen({ status }: Pick<Discussion, 'status'>): boolean {
  return status === 'open' || status === 'draft';
}

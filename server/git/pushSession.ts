import { randomBytes } from 'node:crypto';
import type { Finding, RefChange } from '../../hooks/types.js';
import type { RepoRow } from '../accounts/types.js';

/** One receive-pack under way: what its hooks may know and what the pre-receive check leaves for the report. */
export interface PushSession {
  readonly row: RepoRow;
  readonly pusher: { readonly id: number; readonly name: string };
  readonly baseUrl: string;
  readonly jobId: string;
  /** Also those of other people's pull requests: the hub itself rewrites the whole repository. */
  readonly movesAllRefs?: boolean;
  /** Warnings found before the refs moved. */
  findings: readonly Finding[];
  /** What the pre-receive check let through: these refs move now, unless git itself finds a fault. */
  accepted: readonly RefChange[];
  /** Refs that do not move while the others do. */
  leftOut: ReadonlySet<string>;
  /** Called when the pre-receive hook asks: git has unpacked the push. */
  unpacked: () => void;
  /** Whether the post-receive hook asked. */
  reported: boolean;
}

let count = 0;

/** @param push what the door knows of it; the rest is found out while it runs */
export function openPushSession(push: Pick<PushSession, 'row' | 'pusher' | 'baseUrl'>): PushSession {
  count += 1;
  return {
    ...push,
    // Sortable by time, unique within a run by the counter and between runs by the random part.
    jobId: `${Date.now().toString().padStart(15, '0')}-${count.toString().padStart(6, '0')}-${randomBytes(4).toString('hex')}`,
    unpacked: () => {},
    findings: [],
    accepted: [],
    leftOut: new Set(),
    reported: false,
  };
}

import { randomBytes } from 'node:crypto';
import type { Finding, RefChange } from '../../hooks/types.js';
import type { RepoRow } from '../accounts/types.js';

/** One receive-pack under way: what its hooks may know and what the pre-receive check leaves for the report. */
export interface PushSession {
  readonly id: string;
  readonly row: RepoRow;
  readonly pusher: { readonly id: number; readonly name: string };
  readonly baseUrl: string;
  readonly jobId: string;
  /** Warnings found before the refs moved. */
  findings: readonly Finding[];
  /** What the pre-receive check let through: these refs move now, unless git itself finds a fault. */
  accepted: readonly RefChange[];
  /** Whether the post-receive hook asked. */
  reported: boolean;
}

/**
 * Pushes by a random id that only the spawned git and its hooks learn. The hook socket believes nothing else, so a
 * process that reaches the socket without the id of a running push can do nothing.
 */
export class PushSessions {
  readonly #sessions = new Map<string, PushSession>();
  #count = 0;

  open(session: Pick<PushSession, 'row' | 'pusher' | 'baseUrl'>): PushSession {
    this.#count += 1;
    const opened: PushSession = {
      ...session,
      id: randomBytes(16).toString('hex'),
      // Sortable by time, unique within a run by the counter and between runs by the random part.
      jobId: `${Date.now().toString().padStart(15, '0')}-${this.#count.toString().padStart(6, '0')}-${randomBytes(4).toString('hex')}`,
      findings: [],
      accepted: [],
      reported: false,
    };
    this.#sessions.set(opened.id, opened);
    return opened;
  }

  find(id: string | undefined): PushSession | null {
    return (id && this.#sessions.get(id)) || null;
  }

  close(session: PushSession): void {
    this.#sessions.delete(session.id);
  }

  get size(): number {
    return this.#sessions.size;
  }
}

import pLimit, { type LimitFunction } from 'p-limit';
import type { OutboundRules } from './checkTarget.js';
import { fetchFile } from './fetchFile.js';

export interface WantedFile {
  readonly address: string;
  /** Whose file it is: one caller's slow servers hold up nobody else. */
  readonly caller: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const maxAtOnce = 32;
const maxOfCaller = 4;

/** Fetches files for callers, some at once; more wait for their turn, and for no longer than their caller does. */
export class FileFetcher {
  readonly #rules: OutboundRules;
  readonly #all = pLimit(maxAtOnce);
  readonly #callers = new Map<string, LimitFunction>();

  constructor(rules: OutboundRules) {
    this.#rules = rules;
  }

  /** @throws HubError as fetchFile does */
  async fetch({ address, caller, ...limits }: WantedFile): Promise<Uint8Array> {
    const turn = this.#callers.get(caller) ?? pLimit(maxOfCaller);
    this.#callers.set(caller, turn);
    try {
      return await turn(() => this.#all(() => fetchFile(address, this.#rules, limits)));
    } finally {
      if (turn.activeCount + turn.pendingCount === 0) this.#callers.delete(caller);
    }
  }
}

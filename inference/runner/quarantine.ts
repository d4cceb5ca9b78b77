import type { QuarantineRecords } from '../types.js';

/** How often a model may take its runner along before it is no longer run. */
const allowedStrikes = 1;

/** Remembers which snapshots hung or ended the runner process; what is quarantined stays so over a restart of the hub. */
export class Quarantine {
  readonly #records: QuarantineRecords | null;
  readonly #strikes = new Map<string, number>();
  readonly #reasons: Map<string, string>;
  readonly #suspects = new Set<string>();

  constructor(records: QuarantineRecords | null = null) {
    this.#records = records;
    this.#reasons = new Map(records?.all());
  }

  get isEmpty(): boolean {
    return this.#reasons.size === 0;
  }

  reason(key: string): string | null {
    return this.#reasons.get(key) ?? null;
  }

  /** The runner ended while several models ran: any of them may have done it. */
  suspect(keys: Iterable<string>): void {
    for (const key of keys) this.#suspects.add(key);
  }

  /** The model ran alone, to its end: it was not the one. */
  clear(key: string): void {
    this.#suspects.delete(key);
  }

  /** A question that the runner ended with was answered when asked again: the model was not why, but a kill or a lack of memory. */
  forgive(key: string): void {
    this.#strikes.delete(key);
    this.#suspects.delete(key);
  }

  /** The model took the runner along; a suspicion that is confirmed counts as well. True when it is quarantined now. */
  strike(key: string, model: string, reason: string): boolean {
    const strikes = (this.#strikes.get(key) ?? 0) + (this.#suspects.delete(key) ? 2 : 1);
    this.#strikes.set(key, strikes);
    if (strikes <= allowedStrikes) return false;
    this.impose(key, model, reason);
    return true;
  }

  /** The model is not run, whatever it did before. */
  impose(key: string, model: string, reason: string): void {
    this.#reasons.set(key, reason);
    this.#records?.add(key, model, reason);
  }

  release(key: string): void {
    this.#strikes.delete(key);
    if (this.#reasons.delete(key)) this.#records?.remove(key);
    this.#suspects.delete(key);
  }
}

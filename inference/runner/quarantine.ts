/** How often a model may take its runner along before it is no longer run. */
const allowedStrikes = 1;

/** Remembers which snapshots hung or ended the runner process. */
export class Quarantine {
  readonly #strikes = new Map<string, number>();
  readonly #reasons = new Map<string, string>();
  readonly #suspects = new Set<string>();

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

  /** The model took the runner along; a suspicion that is confirmed counts as well. True when it is quarantined now. */
  strike(key: string, reason: string): boolean {
    const strikes = (this.#strikes.get(key) ?? 0) + (this.#suspects.delete(key) ? 2 : 1);
    this.#strikes.set(key, strikes);
    if (strikes > allowedStrikes) this.#reasons.set(key, reason);
    return strikes > allowedStrikes;
  }

  release(key: string): void {
    this.#strikes.delete(key);
    this.#reasons.delete(key);
    this.#suspects.delete(key);
  }
}

/** One line that git hands to pre-receive and post-receive. A zero id means "did not exist" or "is deleted". */
export interface RefChange {
  readonly old: string;
  readonly new: string;
  /** Full name: refs/heads/main. */
  readonly name: string;
}

export const zeroOid = '0000000000000000000000000000000000000000';

export function isDelete(change: RefChange): boolean {
  return change.new === zeroOid;
}

/**
 * Parses `old new name` lines, with or without the `ref ` that job files put before them. Other lines are dropped. A name may hold
 * what Unicode counts as white space (no-break, ideographic): git forbids only that of ASCII.
 */
export function parseRefChanges(text: string): readonly RefChange[] {
  const changes: RefChange[] = [];
  for (const line of text.split('\n')) {
    const match = /^(?:ref )?([0-9a-f]{40}) ([0-9a-f]{40}) (refs\/.+)$/s.exec(line);
    if (match) changes.push({ old: match[1]!, new: match[2]!, name: match[3]! });
  }
  return changes;
}

/** What the policy says about one thing in a push. Any refusal refuses the whole push. */
export interface Finding {
  readonly severity: 'refusal' | 'warning';
  /** What, where, the limit: one sentence. */
  readonly message: string;
  /** Command or edit that helps, one line each. */
  readonly remedy: readonly string[];
}

import { HubError } from '../config/errors.js';

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
 * Parses `ref old new name` lines. A name may hold what Unicode counts as white space (no-break, ideographic): git forbids only that
 * of ASCII. @throws HubError BAD_REQUEST for a line that is none: a change that goes unseen would go unchecked
 */
export function parseRefChanges(text: string): readonly RefChange[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, old, now, name] = /^ref ([0-9a-f]{40}) ([0-9a-f]{40}) ([^ ]+)$/.exec(line) ?? [];
      if (!name) throw new HubError('BAD_REQUEST', { reason: 'a line of the push is no change of a ref' });
      return { old: old!, new: now!, name };
    });
}

/** What the policy says about one thing in a push. Any refusal refuses the whole push. */
export interface Finding {
  /** A note is no fault: something that would make the repository better. */
  readonly severity: 'refusal' | 'warning' | 'note';
  /** What, where, the limit: one sentence. */
  readonly message: string;
  /** Command or edit that helps, one line each. */
  readonly remedy: readonly string[];
}

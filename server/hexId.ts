import { createHash } from 'node:crypto';

/**
 * 24 hex digits, as the Hub's ids look. The moment of making is in it, since numbers of removed rows may be given again.
 * @param kind what the number counts: `user`, `org`, `repo`
 */
export function hexId(
  kind: string,
  { id, createdAtMs }: { readonly id: number; readonly createdAtMs: number },
): string {
  return createHash('sha256').update(`${kind}:${id}:${createdAtMs}`).digest('hex').slice(0, 24);
}

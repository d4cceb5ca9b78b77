import { isSigned, sign } from '../signature.js';

/** `part` and `complete` are of an upload in parts. */
export type LfsAction = 'upload' | 'download' | 'verify' | 'part' | 'complete';

/** What a link allows: one action on one object of one repository until it expires. */
export interface LfsLink {
  readonly action: LfsAction;
  readonly repoId: number;
  readonly oid: string;
  readonly sizeBytes: number;
  /** User who asked for it; 0 = anonymous. Checked again when the link is used. */
  readonly userId: number;
  /** The hub's token that was shown; 0 = none. Checked again, too. */
  readonly tokenId: number;
  readonly expiresAtMs: number;
  /** From 1; for `part` alone. */
  readonly part?: number;
}

const address =
  /^\/-\/lfs\/(upload|download|verify|complete|part(?=\d))(\d{0,5})\/(\d+)\/([0-9a-f]{64})\/(\d+)\/(\d+)\/(\d+)\/(\d+)\/([\w-]{43})$/;

/** Path of a signed link. git-lfs sends no credentials with links (`authenticated: true`), so the link carries the right. */
export function formatLfsLink(link: LfsLink, secret: Buffer): string {
  const fields = [
    `${link.action}${link.part ?? ''}`,
    link.repoId,
    link.oid,
    link.sizeBytes,
    link.userId,
    link.tokenId,
    link.expiresAtMs,
  ].join('/');
  return `/-/lfs/${fields}/${sign('lfs', fields, secret)}`;
}

/** @returns null for anything that is not a valid link of this hub, or one that has expired */
export function parseLfsLink(path: string, secret: Buffer, nowMs: number): LfsLink | null {
  const match = address.exec(path);
  if (!match) return null;
  const [, action, part, repoId, oid, size, userId, tokenId, expires, signature] = match;
  const fields = [`${action}${part}`, repoId, oid, size, userId, tokenId, expires].join('/');
  if (!isSigned('lfs', fields, signature!, secret)) return null;
  const link: LfsLink = {
    action: action as LfsAction,
    repoId: Number(repoId),
    oid: oid!,
    sizeBytes: Number(size),
    userId: Number(userId),
    tokenId: Number(tokenId),
    expiresAtMs: Number(expires),
    ...(part && { part: Number(part) }),
  };
  return link.expiresAtMs > nowMs ? link : null;
}

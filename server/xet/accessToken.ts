import { isSigned, sign } from '../signature.js';

/** What a token allows: to send pieces of files, and to have files built of them for one repository, until it expires. */
export interface XetGrant {
  readonly userId: number;
  /** The hub's token that it was asked for with; 0 = a password or a session. Without it this one is worth nothing. */
  readonly tokenId: number;
  readonly repoId: number;
  /** For a pull request, which whoever reads the repository may open. */
  readonly forPullRequest: boolean;
  /** Seconds since 1970. */
  readonly expires: number;
}

const pattern = /^xet_(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.([01])\.(\d{1,12})\.([\w-]{43})$/;

export function formatXetToken(grant: XetGrant, secret: Buffer): string {
  const { userId, tokenId, repoId, forPullRequest, expires } = grant;
  const fields = [userId, tokenId, repoId, forPullRequest ? 1 : 0, expires].join('.');
  return `xet_${fields}.${sign('xet', fields, secret)}`;
}

/** @returns null for anything that is not a valid token of this hub, or one that has expired */
export function parseXetToken(text: string, secret: Buffer, nowMs: number): XetGrant | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const fields = match.slice(1, 6).join('.');
  if (!isSigned('xet', fields, match[6]!, secret)) return null;
  const [userId, tokenId, repoId, forPullRequest, expires] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (expires * 1000 <= nowMs) return null;
  return { userId, tokenId, repoId, forPullRequest: forPullRequest === 1, expires };
}

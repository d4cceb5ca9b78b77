import type { Request, Response } from 'express';
import parseRange from 'range-parser';
import { HubError } from '../../config/errors.js';

/** Whether the client says that it has this content already (RFC 9110, If-None-Match): then 304. */
export function isKnown(request: Request, etag: string): boolean {
  const known = request.headers['if-none-match'];
  return known !== undefined && (known.trim() === '*' || known.includes(`"${etag}"`));
}

/** One satisfiable range; null for the whole (also when If-Range names other content). @throws HubError RANGE_INVALID */
export function rangeOf(
  request: Request,
  response: Response,
  size: number,
  etag: string,
): { start: number; end: number } | null {
  const header = request.headers.range;
  const condition = request.headers['if-range'];
  if (!header || size === 0 || (condition !== undefined && condition !== `"${etag}"`)) return null;
  const ranges = parseRange(size, header);
  if (ranges === -1) {
    // What follows is an error, not the file.
    for (const name of ['ETag', 'Content-Disposition']) response.removeHeader(name);
    response.set('Content-Range', `bytes */${size}`);
    throw new HubError('RANGE_INVALID', { size });
  }
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return null;
  return ranges[0]!;
}

import type { RequestHandler } from 'express';
import { isBytesAddress } from './pages/bytesAddress.js';

/** Addresses of programs: the API, running models, and what brings and fetches the objects of Git LFS. */
const programs = /^\/(?:api|models|pipeline|hf-inference|v1|-\/lfs)\/|^\/(?:[^/]+\/){1,3}info\/lfs\//;
const exposed =
  'X-Repo-Commit, X-Error-Code, X-Error-Message, X-Request-Id, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag';

/**
 * Lets pages of other sites read what everybody may, and with a token what that may: never with the cookie of whoever sits there,
 * since browsers send none where the answer takes any origin.
 */
export function otherOrigins(): RequestHandler {
  return (request, response, next) => {
    const { viewer } = request;
    const isSession = viewer.kind === 'user' && viewer.credential === 'session';
    if (isSession || !isAsked(request.originalUrl)) return next();
    response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': exposed });
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return next();
    response.set({
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      // A star does not stand for this one.
      'Access-Control-Allow-Headers': 'Authorization, *',
      'Access-Control-Max-Age': '7200',
    });
    response.status(204).end();
  };
}

/** What clients in a browser ask for, on pages of whatever site. */
function isAsked(path: string): boolean {
  return programs.test(path) || isBytesAddress(path);
}

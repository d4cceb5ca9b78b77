import type { RequestHandler } from 'express';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';

/** How the raw path of a repository's page begins: a name of two parts, though its second may be called like a page. */
export const repositoryAddress = '^(?:/datasets|/spaces)?/(?!(?:datasets|spaces)/)(?<owner>[^/]+)/(?<name>[^/]+)';

/**
 * One row of the route table: where a page answers. Rows are tried in order; a GET row answers HEAD too.
 * A string matches the whole **raw** path (undecoded, without query); a regular expression is run on the raw path, and its
 * named groups become `request.params`, undecoded as well: decode a segment after matching, with `decodeSegment`.
 */
export interface PageRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string | RegExp;
  /** The row counts only where this holds, for this viewer: for addresses that could be another page's too. */
  readonly when?: (services: Services, path: string, viewer: Viewer) => boolean;
  readonly handler: (services: Services) => RequestHandler;
  /** Answers people who are not signed in even where anonymous reading is off. */
  readonly open?: boolean;
  /** First path segments that this row takes from the names of accounts, when they cannot be read off a string path. */
  readonly reserved?: readonly string[];
}

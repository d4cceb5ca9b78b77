import express, { type Request, type RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { prepareMarkup } from '../markup.js';
import type { Services } from '../services.js';
import { aliasRoutes, noAliasRoutes } from './aliasRoutes.js';
import { assets } from './assets.js';
import { pageErrors } from './errors.js';
import type { PageRoute } from './pageRoute.js';
import { repoRoutes } from './repoRoutes.js';
import { rawPath } from './respond.js';
import { siteRoutes } from './siteRoutes.js';

export type { PageRoute } from './pageRoute.js';

/** Every page of the hub, in the order in which they are tried: a repository's pages take what is left. */
export const routes: readonly PageRoute[] = [...siteRoutes, ...aliasRoutes, ...repoRoutes, ...noAliasRoutes];

/** The pages, their assets and their error pages as one handler. Mount it last: what it does not know is a 404 page. */
export function pages(services: Services): RequestHandler {
  const router = express.Router();
  router.use(assets().handler);
  router.use(dispatch(services));
  router.use(() => {
    throw new HubError('PAGE_NOT_FOUND');
  });
  router.use(pageErrors(services));
  return router;
}

function dispatch(services: Services): RequestHandler {
  const table = routes.map((route) => ({ route, handle: route.handler(services) }));
  return async (request, response, next) => {
    const path = rawPath(request);
    if (path.includes('//'))
      throw new HubError('BAD_REQUEST', { reason: 'The address has an empty part: two slashes follow each other' });
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const matching = table.filter(
      ({ route }) => matches(route, path, null) && (route.when?.(services, path, request.viewer) ?? true),
    );
    const found = matching.find(({ route }) => route.method === method);
    if (found) {
      matches(found.route, path, request);
      if (!found.route.open && !services.options.anonymousRead && request.viewer.kind === 'anonymous')
        throw new HubError('CREDENTIALS_NEEDED');
      await found.handle(request, response, next);
      prepareMarkup();
      return;
    }
    if (matching.length === 0) throw new HubError('PAGE_NOT_FOUND');
    response.set(
      'Allow',
      [...new Set(matching.map(({ route }) => (route.method === 'GET' ? 'GET, HEAD' : 'POST')))].join(', '),
    );
    throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
  };
}

/** @param request gets the groups of the match as its params */
function matches({ path: wanted }: PageRoute, path: string, request: Request | null): boolean {
  if (typeof wanted === 'string') return wanted === path;
  const match = wanted.exec(path);
  if (match && request) request.params = { ...match.groups };
  return match !== null;
}

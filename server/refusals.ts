import type { ErrorRequestHandler } from 'express';
import { apiErrors } from './api/apiErrors.js';
import { pageErrors } from './pages/errors.js';
import type { Services } from './services.js';

/**
 * Failures from before any door (credentials that are wrong, a form of another site): a page for browsers, JSON for programs
 * and at the API. Mount it last: without it Express would show its stack trace.
 */
export function refusals(services: Services): ErrorRequestHandler {
  const json = apiErrors(services.log);
  const page = pageErrors(services);
  return (error, request, response, next) => {
    const wantsPage = !request.path.startsWith('/api/') && request.accepts(['json', 'html']) === 'html';
    return (wantsPage ? page : json)(error, request, response, next);
  };
}

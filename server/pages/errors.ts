import type { ErrorRequestHandler } from 'express';
import type { Services } from '../services.js';
export function pageErrors(_services: Services): ErrorRequestHandler {
  return (_error, _request, _response, next) => next(_error);
}

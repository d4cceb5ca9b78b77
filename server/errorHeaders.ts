import type { Response } from 'express';
import type { HubError } from '../config/errors.js';
import { tellWait } from './tellWait.js';

/** What the Hub's clients classify an error by: an answer to HEAD has nothing else. */
export function setErrorHeaders(response: Response, error: HubError): void {
  if (error.hubCode) response.set('X-Error-Code', error.hubCode);
  // Header values are Latin-1 without line ends.
  response.set('X-Error-Message', error.message.replace(/[^\x20-\x7e]+/g, '?').slice(0, 500));
  tellWait(response, error);
}

import type { ErrorRequestHandler } from 'express';
import { toHubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { setErrorHeaders } from '../errorHeaders.js';
import { parseGitPath } from './gitPath.js';
import { linger } from './linger.js';

/**
 * Errors of the git and LFS doors. git shows a text/plain body as `remote:` lines and asks for credentials only on 401 with
 * WWW-Authenticate; git-lfs shows `message` of a JSON body.
 */
export function gitErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const path = parseGitPath(request.originalUrl);
    const isLfs = path?.operation.startsWith('info/lfs/') || request.originalUrl.startsWith('/-/lfs/');
    if (!path && !isLfs) return next(error);
    // The client went away: nobody is there to read an answer, and it is no fault of ours.
    if (response.closed) return;
    const hubError = toHubError(error);
    if (hubError.code === 'INTERNAL')
      log.error('a git request failed', { requestId: request.requestId, error: hubError.cause });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    linger(request);
    if (hubError.status === 401) {
      response.set('WWW-Authenticate', 'Basic realm="Hubstead", charset="UTF-8"');
      if (isLfs) response.set('LFS-Authenticate', 'Basic realm="Hubstead", charset="UTF-8"');
    }
    setErrorHeaders(response, hubError);
    const text = [hubError.message, hubError.hint].filter(Boolean).join('\n');
    response.status(hubError.status);
    if (isLfs) {
      response
        .type('application/vnd.git-lfs+json')
        .send(JSON.stringify({ message: text, request_id: request.requestId }));
      return;
    }
    response.type('text/plain').send(`${text}\n`);
  };
}

import type { ErrorRequestHandler } from 'express';
import { HubError, toHubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { setErrorHeaders } from '../errorHeaders.js';

/** Errors of JSON doors, in the Hub's form: `{error}` and the headers that its clients classify by. */
export function apiErrors(log: Log): ErrorRequestHandler {
  return errorsAs(log, hubForm);
}

/** Errors of JSON doors with the headers of the Hub's, and a body of another form; `status` is the one that is answered. */
export function errorsAs(log: Log, bodyOf: (error: HubError, status: number) => object): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const hubError = asHubError(error);
    if (hubError.code === 'INTERNAL')
      log.error('an API request failed', {
        requestId: request.requestId,
        url: request.originalUrl,
        error: hubError.cause,
      });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    setErrorHeaders(response, hubError);
    const status = statusFor(hubError, request.viewer?.kind === 'anonymous');
    response.status(status).json(bodyOf(hubError, status));
  };
}

function hubForm(error: HubError): object {
  const estimated = error.code === 'MODEL_LOADING' ? { estimated_time: Number(error.details.seconds ?? 5) } : {};
  return { error: error.message, ...(error.hint ? { hint: error.hint } : {}), ...estimated };
}

/** A missing repository answers 401 to anonymous, since it may be a private one. */
function statusFor(error: HubError, isAnonymous: boolean): number {
  return error.code === 'REPO_NOT_FOUND' && isAnonymous ? 401 : error.status;
}

/** Body parsers throw errors of their own, with a status. */
function asHubError(error: unknown): HubError {
  const status = (error as { status?: unknown } | null)?.status;
  if (!(error instanceof HubError) && error instanceof Error && status === 413) {
    return new HubError(
      'TOO_LARGE',
      { what: 'The body', limitBytes: Number((error as { limit?: number }).limit ?? 0) },
      { cause: error },
    );
  }
  if (
    !(error instanceof HubError) &&
    error instanceof Error &&
    typeof status === 'number' &&
    status >= 400 &&
    status < 500
  ) {
    const isJson = (error as { type?: unknown }).type === 'entity.parse.failed';
    const reason = isJson ? `The body is not valid JSON (${error.message})` : error.message;
    return new HubError('BAD_REQUEST', { reason }, { cause: error });
  }
  return toHubError(error);
}

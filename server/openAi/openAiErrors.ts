import type { ErrorRequestHandler } from 'express';
import type { HubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { errorsAs } from '../api/apiErrors.js';

/** Errors in OpenAI's form, `{error: {message, type, param, code}}`. */
export function openAiErrors(log: Log): ErrorRequestHandler {
  return errorsAs(log, openAiError);
}

export function openAiError(error: HubError, status = error.status): object {
  const message = error.hint ? `${error.message}. ${error.hint}` : error.message;
  return { error: { message, type: typeOf(status), param: fieldOf(error), code: codeOf(error) } };
}

/** The field that is wrong, where the message begins with it: `stop: …`, `messages[0].role: …`. */
function fieldOf({ code, message }: HubError): string | null {
  const [, field = null] = (code === 'INFERENCE_INPUT_INVALID' && /^(\w+)[\w.[\]]*: /.exec(message)) || [];
  return field;
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** Clients know this one; the others are the hub's own. */
function codeOf({ code }: HubError): string {
  return code === 'REPO_NOT_FOUND' ? 'model_not_found' : code.toLowerCase();
}

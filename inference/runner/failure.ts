import { HubError, toHubError } from '../../config/errors.js';
import type { Failure } from './messages.js';

/** An error as plain data, to go between threads and processes. */
export function failureOf(error: unknown): Failure {
  const { code, details, cause } = toHubError(error);
  return { code, details, note: cause instanceof Error ? cause.stack : undefined };
}

/** The error that a failure stands for; the note becomes its cause, which only the log shows. */
export function errorOf({ code, details, note }: Failure): HubError {
  return new HubError(code, details, note ? { cause: new Error(note) } : undefined);
}

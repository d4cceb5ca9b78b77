import { HubError } from '../../../config/errors.js';
import type { FormErrors } from '../../../views/components/form.js';

const told: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'CONFLICT',
  'BRANCH_MOVED',
  'PUSH_REFUSED',
  'RATE_LIMITED',
  'BUSY',
  'REVISION_NOT_FOUND',
]);

/** What somebody reads above the form that they sent; what is no matter of the form goes on as the error it is. */
export function formError(error: unknown): FormErrors {
  if (error instanceof HubError && told.has(error.code)) return { form: error.message };
  throw error;
}

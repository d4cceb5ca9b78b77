import type { ErrorCode, ErrorDetails, HubError } from '../../../config/errors.js';
import { formatLimit } from '../../../views/format.js';
import type { WidgetResult } from '../../../views/widgets/result.js';

interface Sentence {
  readonly message: string;
  readonly hint: string | null;
}

/** Where a person at a widget is helped by other words than a program at the API. */
const sentences: Partial<Readonly<Record<ErrorCode, (details: ErrorDetails) => Sentence>>> = {
  CREDENTIALS_NEEDED: () => ({ message: 'Sign in to run this model.', hint: null }),
  TOO_LARGE: ({ what, limitBytes }) => ({
    message: `${what} is too large: at most ${formatLimit(Number(limitBytes))} are taken.`,
    hint: null,
  }),
  QUEUE_FULL: ({ waiting, seconds }) => ({
    message: `${waiting} questions are waiting already. Try again in ${seconds} s.`,
    hint: null,
  }),
  TOO_MANY_CALLS: ({ perMinute, seconds, contact }) => ({
    message: `At most ${perMinute} questions a minute are answered. Try again in ${seconds} s.`,
    hint: `For more, ask ${contact}.`,
  }),
};

/** What helps where a text fills all that the model reads. */
const roomHints: Readonly<Record<string, string>> = {
  conversational: 'Clear the conversation to begin anew. With fewer new tokens (Parameters) more turns fit.',
  'text-generation':
    'Undo the last step, or shorten the text. With fewer new tokens (Parameters) it goes on more often.',
};

/** @param login page that signs in and comes back */
export function widgetError(error: HubError, login: string, task = ''): Extract<WidgetResult, { state: 'error' }> {
  const { code, details, status } = error;
  const full = details.isFull ? { message: sentence(error.message), hint: roomHints[task] ?? null } : null;
  const { message, hint } = sentences[code]?.(details) ?? full ?? { message: error.message, hint: error.hint ?? null };
  return {
    state: 'error',
    message,
    hint,
    signIn: code === 'CREDENTIALS_NEEDED' ? login : null,
    mayPass: status >= 500 || code === 'QUEUE_FULL',
  };
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

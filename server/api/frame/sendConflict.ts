import type { Response } from 'express';

/** Answers 409 with what is there already: clients read it, where they were told that it may be. */
export function sendConflict(response: Response, text: string, there: object): undefined {
  response
    .status(409)
    .set('X-Error-Message', text)
    .json({ error: text, ...there });
}

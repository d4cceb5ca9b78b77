import type { RequestHandler } from 'express';
import { safeNext } from '../../views/safe.js';
import { readFormUnchecked } from '../csrf.js';
import { keepPreferences, readPreferences } from './preferences.js';

/** `POST /-/theme`: remembers light, dark or the system's choice in a cookie. */
export function chooseTheme(): RequestHandler {
  return async (request, response) => {
    const form = await readFormUnchecked(request, response);
    const { theme } = readPreferences({ theme: form.theme, wrapCode: undefined, pageSize: undefined });
    keepPreferences(request, response, { theme });
    response.redirect(303, safeNext(form.next));
  };
}

import type { RequestHandler } from 'express';
import { safeNext } from '../../views/safe.js';
import { isSecure, readFormUnchecked } from '../csrf.js';

const yearMs = 365 * 24 * 3600 * 1000;

/** `POST /-/theme`: remembers light, dark or the system's choice in a cookie. */
export function chooseTheme(): RequestHandler {
  return async (request, response) => {
    const { theme, next } = await readFormUnchecked(request, response);
    const options = { sameSite: 'lax', httpOnly: true, secure: isSecure(request), path: '/' } as const;
    if (theme === 'light' || theme === 'dark') response.cookie('hub_theme', theme, { ...options, maxAge: yearMs });
    else response.clearCookie('hub_theme', options);
    response.redirect(303, safeNext(next));
  };
}

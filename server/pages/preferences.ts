import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { isSecure } from '../csrf.js';

/** How somebody wants the pages to look, kept by their browser: the first byte of a page already follows it. */
export interface Preferences {
  readonly theme: 'auto' | 'light' | 'dark';
  /** Long lines of code are broken instead of scrolled. */
  readonly wrapCode: boolean;
  /** Rows of a list. */
  readonly pageSize: number;
}

export const pageSizes: readonly number[] = [20, 30, 50, 100];
const defaultPageSize = 30;
const yearMs = 365 * 24 * 3600 * 1000;
const cookies = { theme: 'hub_theme', wrapCode: 'hub_wrap', pageSize: 'hub_rows' } as const;

export function preferencesOf(request: Request): Preferences {
  const kept = parseCookie(request.headers.cookie ?? '');
  return readPreferences({
    theme: kept[cookies.theme],
    wrapCode: kept[cookies.wrapCode],
    pageSize: kept[cookies.pageSize],
  });
}

/** What cookies or a form say; what cannot be is the default. */
export function readPreferences(said: Readonly<Record<keyof Preferences, string | undefined>>): Preferences {
  const { theme, wrapCode } = said;
  const pageSize = Number(said.pageSize);
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    wrapCode: wrapCode === '1',
    pageSize: pageSizes.includes(pageSize) ? pageSize : defaultPageSize,
  };
}

/** Sets what differs from the default in cookies, and takes the others away. */
export function keepPreferences(request: Request, response: Response, wanted: Partial<Preferences>): void {
  const keep = (name: string, value: string | null): void => {
    const options = { sameSite: 'lax', httpOnly: true, secure: isSecure(request), path: '/' } as const;
    if (value === null) response.clearCookie(name, options);
    else response.cookie(name, value, { ...options, maxAge: yearMs });
  };
  const { theme, wrapCode, pageSize } = wanted;
  if (theme !== undefined) keep(cookies.theme, theme === 'auto' ? null : theme);
  if (wrapCode !== undefined) keep(cookies.wrapCode, wrapCode ? '1' : null);
  if (pageSize !== undefined) keep(cookies.pageSize, pageSize === defaultPageSize ? null : String(pageSize));
}

import type { PageRoute } from '../../server/pages/index.js';
import { routes } from '../../server/pages/index.js';
import type { Walked } from './walkPages.js';

/** Rows that answer GET, without those of older addresses, which lead on. */
export const pageRows: readonly PageRoute[] = routes.filter(({ method, when }) => method === 'GET' && !when);

/** What names a row. */
export function rowKey({ path }: PageRoute): string {
  return typeof path === 'string' ? path : path.source.replaceAll('\\/', '/');
}

/**
 * What a walk found, by the row of the route table that answers it (the first that matches): pages alone, those that differ most
 * first, so that a few of each row stand for it.
 */
export function pagesByRoute(walked: ReadonlyMap<string, Walked>): ReadonlyMap<string, readonly string[]> {
  const pages = new Map<string, string[]>();
  for (const { path, status, type } of walked.values()) {
    if (status !== 200 || !type.startsWith('text/html')) continue;
    const raw = path.split('?')[0]!;
    const row = pageRows.find(({ path: wanted }) => (typeof wanted === 'string' ? wanted === raw : wanted.test(raw)));
    if (!row) continue;
    const key = rowKey(row);
    pages.set(key, [...(pages.get(key) ?? []), path]);
  }
  return pages;
}

/** A few that stand for all: one for each repository or account, kind of file and set of parameters. */
export function someOf(pages: readonly string[], most: number): readonly string[] {
  const shapes = new Map<string, string>();
  for (const page of pages) {
    const url = new URL(page, 'http://hub');
    const extension = /\.\w+$/.exec(url.pathname)?.[0] ?? '';
    const shape = `${extension} ${[...url.searchParams.keys()].sort()} ${url.pathname.split('/').slice(0, 3).join('/')}`;
    if (!shapes.has(shape)) shapes.set(shape, page);
  }
  return [...shapes.values()].slice(0, most);
}

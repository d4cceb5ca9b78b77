import pLimit from 'p-limit';
import type { WebClient } from './webClient.js';

/** One address that was asked for. */
export interface Walked {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  /** The page that named it first. */
  readonly from: string;
  /** Ids of its elements; empty for what is no page. */
  readonly ids: ReadonlySet<string>;
  /** Fragments that other pages, or itself, link to here: fragment → the page that does. */
  readonly fragments: Map<string, string>;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const decoded = (text: string): string =>
  text
    .replace(/&#x([\da-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name]!);

/**
 * Follows every link of the same origin from `/`: pages, assets, pictures and files. What has a query is looked at, but its own
 * queries are not followed: the filters of a list have more combinations than anybody visits.
 * @param skips parts of a page whose links are their author's, by the page's path
 */
export async function walkPages(
  client: WebClient,
  { skips = () => null }: { skips?: (path: string) => RegExp | null } = {},
): Promise<ReadonlyMap<string, Walked>> {
  const found = new Map<string, Walked>();
  const wanted = new Map<string, { from: string; fragments: Map<string, string> }>();
  const limit = pLimit(4);
  const jobs: Promise<void>[] = [];

  const want = (address: string, from: string): void => {
    if (!URL.canParse(address, client.url + from)) return;
    const url = new URL(address, client.url + from);
    if (url.origin !== client.url || /^\/(?:api|v1|v2)(?:\/|$)/.test(url.pathname)) return;
    const path = url.pathname + url.search;
    if (url.search && from.includes('?') && url.pathname === from.split('?')[0]) return;
    let entry = wanted.get(path);
    if (!entry) {
      entry = { from, fragments: new Map() };
      wanted.set(path, entry);
      const { fragments } = entry;
      jobs.push(limit(() => visit(path, from, fragments)));
    }
    const fragment = url.hash.slice(1);
    if (fragment && !entry.fragments.has(fragment)) entry.fragments.set(fragment, from);
  };

  const visit = async (path: string, from: string, fragments: Map<string, string>): Promise<void> => {
    const isBytes = /\/(?:raw|resolve)\//.test(path);
    const { status, headers, text } = await client.request(path, isBytes ? { method: 'HEAD' } : {});
    const type = headers.get('content-type') ?? '';
    const location = headers.get('location');
    if (location) want(location, path);
    const isHtml = type.startsWith('text/html');
    const ids = isHtml || type.startsWith('image/svg') ? idsOf(text) : new Set<string>();
    found.set(path, { path, status, type, from, ids, fragments });
    if (!isHtml || status >= 400) return;
    const skipped = skips(path);
    for (const href of linksOf(skipped ? text.replace(skipped, '') : text)) want(href, path);
  };

  want('/', '/');
  for (let at = 0; at < jobs.length; at++) await jobs[at];
  return found;
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => decoded(match[1]!)));
}

function linksOf(html: string): readonly string[] {
  const forms = [...html.matchAll(/<form\b[^>]*>/g)]
    .map(([form]) => form)
    .filter((form) => !/method="post"/i.test(form))
    .flatMap((form) => /action="([^"]*)"/.exec(form)?.[1] ?? []);
  const links = [...html.matchAll(/<(?:a|link|use|img|script|source|video|audio)\b[^>]*?\s(?:href|src)="([^"]*)"/g)];
  return [...links.map((match) => match[1]!), ...forms].map(decoded);
}

/** What is wrong with the links: answers of 400 and above, and fragments that no element has. */
export function deadLinks(
  walked: ReadonlyMap<string, Walked>,
  isMeant: (path: string) => boolean = () => false,
): readonly string[] {
  const dead: string[] = [];
  for (const { path, status, from, type, ids, fragments } of walked.values()) {
    if (status >= 400) {
      if (!isMeant(path)) dead.push(`${path} answers ${status}, linked from ${from}`);
      continue;
    }
    if (status !== 200 || !/^(text\/html|image\/svg)/.test(type)) continue;
    for (const [fragment, page] of fragments) {
      if (!ids.has(decodeURIComponent(fragment))) dead.push(`${path} has no #${fragment}, linked from ${page}`);
    }
  }
  return dead;
}

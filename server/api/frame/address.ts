import { HubError } from '../../../config/errors.js';
import type { RepoKind } from '../../../config/repo.js';

/** Words of addresses for the kinds of repositories. */
export const repoTypes = { models: 'model', datasets: 'dataset', spaces: 'space' } as const satisfies Record<
  string,
  RepoKind
>;

/** What an address holds in its `{…}`, decoded, and `rest` as written: the segments of `{rev}/{path}` with their slashes. */
export type Place = Readonly<Record<string, string>>;

/**
 * Addresses as OpenAPI writes them, matched on the path as it came: clients write slashes within a part as `%2F`, and decoding
 * first would move the borders of parts.
 * - `{repoType}` is one of `repoTypes`;
 * - `{namespace}/{repo}` may also be the one segment of an alias;
 * - `{rev}` and `{path}` take what is left, slashes too: JavaScript's client does not encode those of a revision;
 * - every other name is one segment.
 */
export interface Address {
  /** null when the path is another address. @throws HubError BAD_REQUEST for broken escapes and parts that climb */
  match(rawPath: string): Place | null;
}

export function addressOf(template: string): Address {
  const pattern = new RegExp(
    `^${template.split('/').map(partPattern).join('/').replaceAll(alias.written, alias.pattern)}/?$`,
  );
  return {
    match(rawPath) {
      const found = pattern.exec(rawPath);
      if (!found) return null;
      const given = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
      return Object.fromEntries(given.map(([name, value]) => [name, decodedPart(value)]));
    },
  };
}

const alias = {
  written: '(?<namespace>[^/]+)/(?<repo>[^/]+)',
  pattern: '(?:(?<namespace>[^/]+)/)?(?<repo>[^/]+)',
};

function partPattern(part: string): string {
  const name = /^\{(\w+)\}$/.exec(part)?.[1];
  if (!name) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (name === 'repoType') return `(?<repoType>${Object.keys(repoTypes).join('|')})`;
  return name === 'rev' || name === 'path' ? `(?<${name}>.+?)` : `(?<${name}>[^/]+)`;
}

/** @throws HubError BAD_REQUEST */
function decodedPart(raw: string): string {
  // A folder is also written with a slash behind it.
  const text = decoded(raw).replace(/(?<=.)\/$/, '');
  if (/[\u0000\\]/.test(text) || text.split('/').some((part) => part === '' || part === '..' || part === '.')) {
    throw new HubError('BAD_REQUEST', {
      reason: 'The address has a part that is empty, "." or "..", or holds a NUL or backslash',
    });
  }
  return text;
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new HubError('BAD_REQUEST', { reason: `"${raw.slice(0, 100)}" is not percent-encoded correctly` });
  }
}

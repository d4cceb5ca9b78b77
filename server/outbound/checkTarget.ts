import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { HubError } from '../../config/errors.js';
import { hostOf, isListed, isUsualPort } from '../../config/hostList.js';
import { mayReach } from './addressKind.js';

/** Where requests may go that somebody else asks the hub to make. */
export interface OutboundRules {
  /** true = every host with a public address, at the usual ports; a list = these hosts only. */
  readonly hosts: true | readonly string[];
  /** Whether hosts of the list may lie in private networks, or be this machine. Others never may. */
  readonly allowPrivate: boolean;
}

/** All addresses of a host, as the system knows it. Rejects when there is none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** An address that may be asked, and the only ones its host may be reached at: who asks for the name again may hear others. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

export const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Checks one address before anything is sent to it; whoever follows a redirect checks again.
 * @throws HubError ADDRESS_REFUSED, with one sentence for hosts that are unknown and for those that are out of bounds:
 * else strangers could ask the hub which names its network has
 */
export async function checkTarget(url: URL, rules: OutboundRules, resolve: Resolve): Promise<Target> {
  if (!/^https?:$/.test(url.protocol)) throw refused(url, 'only http and https are fetched');
  if (url.username || url.password) throw refused(url, 'it has a user or a password in it');
  if (rules.hosts !== true && !isListed(rules.hosts, url)) {
    throw refused(url, 'its host and port are not among those that inference.fetchUrls lists');
  }
  if (rules.hosts === true && !isUsualPort(url)) {
    throw refused(
      url,
      'only the ports 80 and 443 are fetched from, unless inference.fetchUrls lists the host with its port',
    );
  }
  const allowPrivate = rules.allowPrivate && rules.hosts !== true;
  const addresses = await reachableAddresses(url, allowPrivate, resolve);
  if (addresses.length > 0) return { url, addresses };
  throw refused(
    url,
    'its host is not known, or lies in a network that is not fetched from (inference.fetchPrivate admits private ones)',
  );
}

/**
 * The addresses of a host that may be asked; none where it is unknown or out of bounds.
 * `http://2130706433`, `0x7f.1` and `[::ffff:127.0.0.1]` have become addresses when a URL was made of them.
 */
export async function reachableAddresses(
  url: URL,
  allowPrivate: boolean,
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const host = hostOf(url);
  const family = isIP(host);
  const all = family ? [{ address: host, family }] : await resolve(host).catch(() => []);
  return all.filter(({ address }) => mayReach(address, allowPrivate));
}

/** Without the query, which may hold a secret of the caller. */
export function nameOf({ protocol, host, pathname }: URL): string {
  const name = `${protocol}//${host}${pathname}`;
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}

function refused(url: URL, reason: string): HubError {
  return new HubError('ADDRESS_REFUSED', { address: nameOf(url), reason });
}

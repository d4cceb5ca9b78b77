import { isIP } from 'node:net';
import { HubError } from '../../config/errors.js';
import { hostOf, portOf } from '../../config/hostList.js';
import { mayReach } from '../outbound/addressKind.js';
import { type Resolve, reachableAddresses, systemResolve, type Target } from '../outbound/checkTarget.js';

/**
 * Whether an address could be one that webhooks are sent to, as far as its text tells.
 * @throws HubError ADDRESS_REFUSED
 */
export function checkReceiverUrl(text: string, allowPrivate: boolean): URL {
  if (text.length > 2000 || !URL.canParse(text)) throw refused(text, 'it is no address');
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw refused(text, 'only http and https are sent to');
  if (url.username || url.password) throw refused(text, 'it has a user or a password in it');
  const port = portOf(url);
  if (port !== 80 && port !== 443 && port < 1024) throw refused(text, 'its port is one of other services');
  const host = hostOf(url);
  if (isIP(host) && !mayReach(host, allowPrivate)) throw refused(text, outOfBounds);
  return url;
}

const outOfBounds =
  'its host is not known, or lies in a network that is not sent to (webhooks.allowPrivate admits private ones)';

/** Checks again what the name leads to now: that alone is connected to. @throws HubError ADDRESS_REFUSED */
export async function receiverOf(
  text: string,
  allowPrivate: boolean,
  resolve: Resolve = systemResolve,
): Promise<Target> {
  const url = checkReceiverUrl(text, allowPrivate);
  const addresses = await reachableAddresses(url, allowPrivate, resolve);
  if (addresses.length > 0) return { url, addresses };
  throw refused(text, outOfBounds);
}

function refused(text: string, reason: string): HubError {
  return new HubError('ADDRESS_REFUSED', { address: text.slice(0, 200), reason });
}

import { isIP } from 'node:net';
import { HubError } from '../../config/errors.js';
import { hostOf, portOf } from '../../config/hostList.js';
import { addressKind } from '../outbound/addressKind.js';
import { type Resolve, systemResolve, type Target } from '../outbound/checkTarget.js';

/**
 * Whether an address could be one that webhooks are sent to, as far as its text tells.
 * @throws HubError ADDRESS_REFUSED
 */
export function checkReceiverUrl(text: string, allowPrivate: boolean): URL {
  const refused = (reason: string): HubError =>
    new HubError('ADDRESS_REFUSED', { address: text.slice(0, 200), reason });
  if (text.length > 2000 || !URL.canParse(text)) throw refused('it is no address');
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw refused('only http and https are sent to');
  if (url.username || url.password) throw refused('it has a user or a password in it');
  const port = portOf(url);
  if (port !== 80 && port !== 443 && port < 1024) throw refused('its port is one of other services');
  const host = hostOf(url);
  if (isIP(host) && !isAllowed(host, allowPrivate)) throw refused(outOfBounds);
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
  const host = hostOf(url);
  const family = isIP(host);
  const found = family ? [{ address: host, family }] : await resolve(host).catch(() => []);
  const addresses = found.filter(({ address }) => isAllowed(address, allowPrivate));
  if (addresses.length > 0) return { url, addresses };
  throw new HubError('ADDRESS_REFUSED', { address: text.slice(0, 200), reason: outOfBounds });
}

function isAllowed(address: string, allowPrivate: boolean): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (kind === 'private' && allowPrivate);
}

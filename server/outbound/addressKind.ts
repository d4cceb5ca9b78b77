import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * `public`: an address of the internet. `private`: of a house's or a firm's network, or this machine's own. `never`: every
 * other, such as those that reach only a neighbour, many hosts at once, or another address that is hidden inside.
 */
export type AddressKind = 'public' | 'private' | 'never';

const privateRanges: ReadonlySet<string> = new Set(['private', 'carrierGradeNat', 'uniqueLocal', 'loopback']);

/** All public addresses of IPv6 begin so; what does not is translated, mapped, local or not given out. */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Where clouds tell a machine its own secrets, beside 169.254.169.254, which is link-local. */
const cloudMetadata: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '168.63.129.16',
  'fd00:ec2:0:0:0:0:0:254',
  'fd20:ce:0:0:0:0:0:254',
]);

/** Whether requests may go to an address that somebody else named. */
export function mayReach(address: string, allowPrivate: boolean): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (kind === 'private' && allowPrivate);
}

/** What may be behind an address, IPv4 or IPv6 in any notation; `never` for what is none. */
export function addressKind(address: string): AddressKind {
  if (!isIP(address)) return 'never';
  const parsed = ipaddr.parse(address);
  if (cloudMetadata.has(parsed.toNormalizedString())) return 'never';
  const range = parsed.range();
  if (privateRanges.has(range)) return 'private';
  if (range !== 'unicast') return 'never';
  return parsed instanceof ipaddr.IPv4 || parsed.match(publicIpv6) ? 'public' : 'never';
}

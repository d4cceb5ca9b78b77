/**
 * Whether an administrator's list names the host of an address. Entries are `host`, `*.host` (every host below it) or an
 * address of IP; behind each `:port` may stand, which then is the only port. Without it, the usual ports 80 and 443 are meant.
 */
export function isListed(list: readonly string[], url: URL): boolean {
  return list.some((entry) => {
    const { host, port } = partsOf(entry);
    return isHost(host, hostOf(url)) && (port === null ? isUsualPort(url) : port === portOf(url));
  });
}

/** 80 and 443, whichever protocol names them. */
export function isUsualPort(url: URL): boolean {
  return [80, 443].includes(portOf(url));
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** A name without the dot at its end, or an address of IP without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function partsOf(entry: string): { readonly host: string; readonly port: number | null } {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
  return { host: host!.replace(/^\[|\]$/g, '').toLowerCase(), port: port === undefined ? null : Number(port) };
}

function isHost(entry: string, host: string): boolean {
  return entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry;
}

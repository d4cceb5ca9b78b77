import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import proxyaddr from 'proxy-addr';
import type { Options } from '../config/options.js';

export interface ClientFacts {
  /** Public URL of the hub without trailing slash. */
  readonly baseUrl: string;
  /** Address of the client, behind trusted proxies. */
  readonly address: string;
}

/**
 * Reads where a request came from and under which address the hub is seen. A Host header is printed only when it is
 * loopback or an address that this connection arrived at; X-Forwarded-* count only from trusted proxies.
 */
export function clientFacts(options: Pick<Options, 'baseUrl' | 'trustProxy'>): (request: Request) => ClientFacts {
  const trust = proxyaddr.compile([...options.trustProxy]);
  return (request) => ({
    baseUrl: options.baseUrl ?? derivedBaseUrl(request, trust(request.socket.remoteAddress ?? '', 0)),
    address: proxyaddr(request, trust) ?? '',
  });
}

function derivedBaseUrl(request: Request, fromProxy: boolean): string {
  const forwarded = (name: string): string | undefined =>
    fromProxy ? request.get(name)?.split(',')[0]?.trim() : undefined;
  const protocol = forwarded('X-Forwarded-Proto') === 'https' ? 'https' : 'http';
  const proxyHost = forwarded('X-Forwarded-Host');
  if (proxyHost && isHost(proxyHost)) return `${protocol}://${proxyHost}`;
  const { localAddress = '127.0.0.1', localPort } = request.socket;
  const host = request.get('Host') ?? '';
  if (isHost(host) && (fromProxy || isOurs(hostName(host), localAddress))) return `${protocol}://${host.toLowerCase()}`;
  return `${protocol}://${inUrl(plainAddress(localAddress))}:${localPort}`;
}

function isHost(host: string): boolean {
  return /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host);
}

function hostName(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}

function isOurs(name: string, localAddress: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^127(\.\d+){3}$/.test(name) ||
    name === '::1' ||
    name === plainAddress(localAddress)
  );
}

/** IPv4 addresses arrive as `::ffff:1.2.3.4` on a socket that listens on both families. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, '');
}

function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

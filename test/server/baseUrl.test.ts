import assert from 'node:assert/strict';
import type { Request } from 'express';
import { clientFacts } from '../../server/baseUrl.js';

interface Seen {
  readonly headers?: Record<string, string>;
  readonly remote?: string;
  readonly local?: string;
}

function request({ headers = {}, remote = '127.0.0.1', local = '127.0.0.1' }: Seen): Request {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const socket = { remoteAddress: remote, localAddress: local, localPort: 5080 };
  return {
    headers: lower,
    socket,
    connection: socket,
    get: (name: string) => lower[name.toLowerCase()],
  } as unknown as Request;
}

describe('the address under which the hub is seen', () => {
  const proxied = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'hub.example.org',
    'X-Forwarded-For': '203.0.113.9',
    Host: 'inside:5080',
  };
  const cases: readonly (readonly [string, { baseUrl?: string; trustProxy?: string[] }, Seen, string, string])[] = [
    ['takes a loopback Host', {}, { headers: { Host: 'localhost:5080' } }, 'http://localhost:5080', '127.0.0.1'],
    [
      'takes an address that it listens on',
      {},
      { headers: { Host: '192.0.2.7:5080' }, local: '::ffff:192.0.2.7', remote: '192.0.2.9' },
      'http://192.0.2.7:5080',
      '192.0.2.9',
    ],
    ['never prints a foreign Host', {}, { headers: { Host: 'evil.example' } }, 'http://127.0.0.1:5080', '127.0.0.1'],
    [
      'never prints a malformed Host',
      {},
      { headers: { Host: 'localhost"><script>' } },
      'http://127.0.0.1:5080',
      '127.0.0.1',
    ],
    ['brackets IPv6', {}, { headers: { Host: 'evil' }, local: '::1', remote: '::1' }, 'http://[::1]:5080', '::1'],
    [
      'prefers the option',
      { baseUrl: 'https://hub.example.org' },
      { headers: { Host: 'localhost:5080' } },
      'https://hub.example.org',
      '127.0.0.1',
    ],
    [
      'ignores X-Forwarded-* of strangers',
      {},
      { headers: { ...proxied, Host: 'localhost:5080' } },
      'http://localhost:5080',
      '127.0.0.1',
    ],
    [
      'believes trusted proxies',
      { trustProxy: ['127.0.0.1'] },
      { headers: proxied },
      'https://hub.example.org',
      '203.0.113.9',
    ],
  ];
  for (const [title, options, seen, url, address] of cases) {
    it(title, () => {
      const facts = clientFacts({ baseUrl: null, trustProxy: [], ...options })(request(seen));
      assert.deepEqual(facts, { baseUrl: url, address });
    });
  }
});

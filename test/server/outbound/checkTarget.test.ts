import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { HubError } from '../../../config/errors.js';
import { checkTarget, type OutboundRules } from '../../../server/outbound/checkTarget.js';

const everywhere: OutboundRules = { hosts: true, allowPrivate: false };
const only = (...hosts: string[]): OutboundRules => ({ hosts, allowPrivate: false });
const lab = (...hosts: string[]): OutboundRules => ({ hosts, allowPrivate: true });

/** `public.example`, `both.example`, … have these addresses; other names none. */
const names: Readonly<Record<string, readonly string[]>> = {
  'public.example': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  'deep.public.example': ['93.184.216.35'],
  'inside.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'both.example': ['127.0.0.1', '93.184.216.34', '64:ff9b::7f00:1'],
  localhost: ['127.0.0.1', '::1'],
};

async function resolve(host: string) {
  const addresses = names[host];
  if (!addresses) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
  return addresses.map((address) => ({ address, family: isIP(address) }));
}

async function outcome(address: string, rules: OutboundRules): Promise<readonly string[] | string> {
  try {
    return (await checkTarget(new URL(address), rules, resolve)).addresses.map((one) => one.address);
  } catch (error) {
    assert.ok(error instanceof HubError && error.code === 'ADDRESS_REFUSED', String(error));
    return String(error.details.reason);
  }
}

const outOfBounds = /its host is not known, or lies in a network that is not fetched from \(inference\.fetchPrivate/;

describe('an address that somebody asks the hub to fetch', () => {
  for (const address of [
    ...['http://127.0.0.1/', 'http://localhost/', 'http://localhost./', 'http://2130706433/', 'http://017700000001/'],
    ...['http://0x7f.1/', 'http://0x7f000001/', 'http://127.1/', 'http://0/', 'http://①②⑦.⓪.⓪.①/', 'http://[::1]/'],
    ...[
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[64:ff9b::127.0.0.1]/',
      'http://[2002:7f00:1::]/',
    ],
    ...[
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data',
      'http://metadata.example/',
      'http://inside.example/',
    ],
    ...['http://unknown.example/', 'http://[fe80::1]/', 'http://224.0.0.1/', 'http://0.0.0.0/'],
  ]) {
    it(`${address} is out of bounds`, async () =>
      assert.match(String(await outcome(address, everywhere)), outOfBounds));
  }

  for (const [address, reason] of [
    ['ftp://public.example/a', /only http and https/],
    ['file:///etc/passwd', /only http and https/],
    ['http://me:secret@public.example/', /a user or a password/],
    ['http://public.example:22/', /only the ports 80 and 443/],
    ['http://public.example:8080/', /only the ports 80 and 443/],
  ] as const) {
    it(`${address} is refused`, async () => assert.match(String(await outcome(address, everywhere)), reason));
  }

  it('is reached at the addresses that were looked at, and at no other of its host', async () => {
    assert.deepEqual(await outcome('https://public.example/a.png', everywhere), names['public.example']);
    assert.deepEqual(await outcome('http://both.example:443/', everywhere), ['93.184.216.34']);
    assert.deepEqual(await outcome('https://93.184.216.34/', everywhere), ['93.184.216.34']);
  });

  it('must be of a listed host and port, where there is a list', async () => {
    const listed = /its host and port are not among those that inference\.fetchUrls lists/;
    assert.deepEqual(await outcome('https://PUBLIC.example./', only('public.example')), names['public.example']);
    assert.deepEqual(
      await outcome('https://public.example:8443/', only('public.example:8443')),
      names['public.example'],
    );
    assert.deepEqual(await outcome('https://deep.public.example/', only('*.public.example')), ['93.184.216.35']);
    assert.deepEqual(await outcome('https://[2606:4700::1]/', only('[2606:4700::1]')), ['2606:4700::1']);
    for (const [address, entry] of [
      ['https://public.example/', '*.public.example'],
      ['https://deep.public.example/', 'public.example'],
      ['https://notpublic.example/', '*.public.example'],
      ['https://public.example:8443/', 'public.example'],
      ['https://public.example/', 'public.example:8443'],
    ] as const)
      assert.match(String(await outcome(address, only(entry))), listed, `${address} by ${entry}`);
    assert.match(String(await outcome('http://inside.example/', only('inside.example'))), outOfBounds);
  });

  it('may be private where both the list and the option say so, but never a neighbour’s or a cloud’s', async () => {
    assert.deepEqual(await outcome('http://inside.example/', lab('inside.example')), ['10.1.2.3']);
    assert.deepEqual(await outcome('http://127.0.0.1:8080/', lab('127.0.0.1:8080')), ['127.0.0.1']);
    assert.match(String(await outcome('http://inside.example/', { hosts: true, allowPrivate: true })), outOfBounds);
    assert.match(String(await outcome('http://metadata.example/', lab('metadata.example'))), outOfBounds);
    assert.match(String(await outcome('http://[::ffff:10.0.0.1]/', lab('[::ffff:a00:1]'))), outOfBounds);
  });

  it('is named without its query, which may hold a secret', async () => {
    const refusal = checkTarget(new URL('http://10.0.0.1/a?token=secret'), everywhere, resolve);
    await assert.rejects(refusal, (error: Error) => /^http:\/\/10\.0\.0\.1\/a is not/.test(error.message));
  });
});

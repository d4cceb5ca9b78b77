import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '../../../config/errors.js';
import type { OutboundRules, Resolve } from '../../../server/outbound/checkTarget.js';
import { type FetchLimits, fetchFile } from '../../../server/outbound/fetchFile.js';
import { FileFetcher } from '../../../server/outbound/fileFetcher.js';

const long = 60_000;

/** A server on this machine, which the rules of these tests admit by the name `files.example`. */
describe('fetching a file for a caller', () => {
  const seen: IncomingMessage[] = [];
  let server: Server;
  let port = 0;
  let rules: OutboundRules;
  before(async () => {
    server = createServer((request, response) => {
      seen.push(request);
      answers[new URL(request.url!, 'http://x').pathname]!(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    rules = { hosts: [`files.example:${port}`, `rebound.example:${port}`], allowPrivate: true };
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => seen.splice(0));

  const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    '/file': (response) => response.end('bytes'),
    '/none': (response) => response.writeHead(404).end(),
    '/zipped': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    '/said': (response) => response.writeHead(200, { 'content-length': '1000' }).flushHeaders(),
    '/endless': (response) => {
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(write));
      };
      write();
    },
    '/drip': (response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    },
    '/silent': () => {},
    '/cut': (response) => response.writeHead(200, { 'content-length': '90' }).write('x', () => response.destroy()),
    '/on': (response) => response.writeHead(302, { location: '/file' }).end('elsewhere'),
    '/inside': (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/file` }).end(),
    '/mapped': (response) => response.writeHead(307, { location: `http://[::ffff:127.0.0.1]:${port}/file` }).end(),
    '/scheme': (response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
    '/round': (response) => response.writeHead(308, { location: '/round' }).end(),
  };

  const local: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const get = (path: string, limits: Partial<FetchLimits> = {}): Promise<Uint8Array> =>
    fetchFile(`http://files.example:${port}${path}`, rules, {
      maxBytes: 100,
      timeoutMs: long,
      resolve: local,
      ...limits,
    });
  const fails = (fetched: Promise<unknown>, code: ErrorCode, reason: RegExp): Promise<void> =>
    assert.rejects(fetched, (error: Error & { code: string }) => error.code === code && reason.test(error.message));

  it('brings the bytes, asked for by the host’s name and without anything that names the caller', async () => {
    assert.deepEqual(Buffer.from(await get('/file?a=b')).toString(), 'bytes');
    const [request] = seen;
    assert.equal(request!.url, '/file?a=b');
    assert.equal(request!.method, 'GET');
    assert.deepEqual(Object.keys(request!.headers).sort(), [
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    assert.equal(request!.headers.host, `files.example:${port}`);
  });

  it('follows redirects, and looks at each as at the address itself', async () => {
    assert.equal(Buffer.from(await get('/on')).toString(), 'bytes');
    await fails(
      get('/inside'),
      'ADDRESS_REFUSED',
      /127\.0\.0\.1:\d+\/file is not fetched: its host and port are not among/,
    );
    await fails(get('/mapped'), 'ADDRESS_REFUSED', /is not fetched/);
    await fails(get('/scheme'), 'ADDRESS_REFUSED', /only http and https/);
    await fails(get('/round'), 'ADDRESS_FAILED', /leads on more than 5 times/);
    const files = seen.filter(({ url }) => url === '/file');
    assert.equal(files.length, 1, 'what is refused is not asked for');
  });

  it('goes where the name was found to lead, though the name leads elsewhere the next time', async () => {
    const given = [
      ['127.0.0.1', 4],
      ['10.0.0.1', 4],
    ] as const;
    let asked = 0;
    const rebinding: Resolve = async () => {
      const [address, family] = given[Math.min(asked++, 1)]!;
      return [{ address, family }];
    };
    const fetched = fetchFile(`http://rebound.example:${port}/file`, rules, {
      maxBytes: 100,
      timeoutMs: long,
      resolve: rebinding,
    });
    assert.equal(Buffer.from(await fetched).toString(), 'bytes');
    assert.equal(asked, 1);
  });

  it('refuses a name that leads inside when it is asked again for a redirect', async () => {
    let asked = 0;
    const rebinding: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    await fails(get('/on', { resolve: rebinding }), 'ADDRESS_REFUSED', /not fetched from/);
    assert.equal(seen.length, 1);
  });

  it('gives up on what is too large, whether that is said or only seen', async () => {
    await fails(get('/said'), 'TOO_LARGE', /http:\/\/files\.example:\d+\/said is larger than 100 bytes/);
    await fails(get('/endless'), 'TOO_LARGE', /larger than 100 bytes/);
  });

  it('gives up on what does not end in time: a drip, silence, and a name that is never found', async () => {
    const late = { maxBytes: 1e9, timeoutMs: 200 };
    await fails(get('/drip', late), 'ADDRESS_FAILED', /not all here in time/);
    await fails(get('/silent', late), 'ADDRESS_FAILED', /not all here in time/);
    await fails(
      get('/file', { ...late, resolve: () => new Promise(() => {}) }),
      'ADDRESS_FAILED',
      /not all here in time/,
    );
  });

  it('says what the server said instead', async () => {
    await fails(get('/none'), 'ADDRESS_FAILED', /status 404/);
    await fails(get('/zipped'), 'ADDRESS_FAILED', /compresses it/);
    await fails(get('/cut'), 'ADDRESS_FAILED', /ended the connection/);
    await fails(fetchFile('http://', rules, { maxBytes: 1, timeoutMs: long }), 'ADDRESS_REFUSED', /it is no address/);
  });

  it('ends with its caller', async () => {
    const caller = new AbortController();
    const fetched = get('/drip', { maxBytes: 1e9, signal: caller.signal });
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    await fails(fetched, 'CALL_CANCELLED', /./);
    await fails(get('/file', { signal: caller.signal }), 'CALL_CANCELLED', /./);
  });

  it('fetches four files of one caller at once, and meanwhile those of others', async () => {
    const address = (path: string) => `http://127.0.0.1:${port}${path}`;
    const files = new FileFetcher({ hosts: [`127.0.0.1:${port}`], allowPrivate: true });
    const slow = new AbortController();
    const ask = (path: string, caller: string) =>
      files.fetch({ address: address(path), caller, maxBytes: 1e9, timeoutMs: long, signal: slow.signal });
    const first = Promise.allSettled(Array.from({ length: 6 }, () => ask('/silent', 'one')));
    assert.equal(Buffer.from(await ask('/file', 'other')).toString(), 'bytes');
    while (seen.length < 5) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(seen.filter(({ url }) => url === '/silent').length, 4);
    slow.abort();
    assert.ok((await first).every(({ status }) => status === 'rejected'));
  });
});

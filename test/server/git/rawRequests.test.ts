import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { deflateSync, gzipSync } from 'node:zlib';
import { beginPullRequest } from '../../support/beginPullRequest.js';
import { basic, pktLine, type RawAnswer, rawRequest } from '../../support/rawRequest.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';

const fetchType = { 'content-type': 'application/x-git-upload-pack-request' };
const pushType = { 'content-type': 'application/x-git-receive-pack-request' };
const zero = '0'.repeat(40);
const uploadRefs = 'info/refs?service=git-upload-pack';

describe('git requests, byte by byte', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let head = '';
  let readToken = '';
  let emptyPack = Buffer.alloc(0);

  before(async () => {
    hub = await startRealHub({ '--admin-password': 'correct horse battery' });
    const copy = await hub.workingCopy({ 'README.md': '# small\n' });
    for (const name of ['small', 'secret']) {
      const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
    }
    head = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
    assert.equal(beginPullRequest(hub, 'small'), 1);
    const { accounts, catalog } = hub.hub.services;
    catalog.setPrivate(catalog.find('model', 'admin', 'secret')!.id, true);
    readToken = accounts.addToken(accounts.userByName('admin')!.id, { label: 'r', role: 'read' }).token;
    emptyPack = spawnSync('git', ['pack-objects', '--stdout', '-q'], { cwd: copy, input: '' }).stdout;
  });
  after(() => hub.close());

  const want = (): string => `${pktLine(`want ${head} ofs-delta\n`)}0000${pktLine('done\n')}`;
  const creates = (ref: string): Buffer =>
    Buffer.concat([Buffer.from(`${pktLine(`${zero} ${head} ${ref}\0 report-status agent=test`)}0000`), emptyPack]);
  const listRefs = `${pktLine('command=ls-refs\n')}0001${pktLine('peel\n')}0000`;
  const token = (): Record<string, string> => ({ authorization: `Bearer ${hub.token}` });
  const has = (text: string) => (answer: RawAnswer) =>
    assert.ok(answer.body.includes(text), answer.body.toString().slice(0, 400));

  interface Row {
    readonly name: string;
    readonly method?: string;
    readonly path: string;
    readonly headers?: () => Record<string, string>;
    readonly body?: () => string | Buffer;
    readonly status: number;
    readonly check?: (answer: RawAnswer) => void;
  }

  const post = (name: string, path: string, row: Omit<Row, 'name' | 'path'>): Row => ({
    name,
    path,
    method: 'POST',
    ...row,
  });
  const fetches = (name: string, row: Partial<Row> & { status: number }): Row =>
    post(name, '/admin/small.git/git-upload-pack', { headers: () => fetchType, body: want, ...row });

  const rows: readonly Row[] = [
    // Who may read and write, on GET and on POST.
    { name: 'a public repository is read by anybody', path: `/admin/small.git/${uploadRefs}`, status: 200 },
    { name: 'the name without .git is the same', path: `/admin/small/${uploadRefs}`, status: 200 },
    {
      name: 'a public repository is not written by anybody',
      path: '/admin/small.git/info/refs?service=git-receive-pack',
      status: 401,
    },
    post('nor by a POST without its GET', '/admin/small.git/git-receive-pack', {
      headers: () => pushType,
      body: () => creates('refs/heads/anonymous'),
      status: 401,
      check: (answer) => assert.match(String(answer.headers['www-authenticate']), /^Basic realm=/),
    }),
    { name: 'a private repository asks for credentials', path: `/admin/secret.git/${uploadRefs}`, status: 401 },
    post('also on POST', '/admin/secret.git/git-upload-pack', { headers: () => fetchType, body: want, status: 401 }),
    { name: 'a missing repository looks the same', path: `/admin/nothing.git/${uploadRefs}`, status: 401 },
    ...(
      [
        ['Bearer', () => `Bearer ${hub.token}`],
        ['Basic with the token as password', () => basic('admin', hub.token)],
        ['Basic with the token as name', () => basic(hub.token, '')],
        ['Basic with any name and the token', () => basic('__token__', hub.token)],
        ['Basic with the password', () => basic('admin', 'correct horse battery')],
        ['a read token', () => `Bearer ${readToken}`],
      ] as const
    ).flatMap(([name, authorization]): Row[] => [
      {
        name: `${name} reads a private repository by GET`,
        path: `/admin/secret.git/${uploadRefs}`,
        headers: () => ({ authorization: authorization() }),
        status: 200,
      },
      post(`${name} reads a private repository by POST`, '/admin/secret.git/git-upload-pack', {
        headers: () => ({ ...fetchType, authorization: authorization() }),
        body: want,
        status: 200,
        check: has('PACK'),
      }),
    ]),
    {
      name: 'a wrong password is no credential',
      path: `/admin/small.git/${uploadRefs}`,
      headers: () => ({ authorization: basic('admin', 'wrong') }),
      status: 401,
    },
    {
      name: 'a revoked or unknown token is no credential',
      path: `/admin/small.git/${uploadRefs}`,
      headers: () => ({ authorization: 'Bearer hf_unknown' }),
      status: 401,
    },
    {
      name: 'an unknown scheme is no credential',
      path: `/admin/small.git/${uploadRefs}`,
      headers: () => ({ authorization: 'Digest x' }),
      status: 401,
    },
    post('a read token does not push', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, authorization: `Bearer ${readToken}` }),
      body: () => creates('refs/heads/read'),
      status: 403,
      check: has('role "write"'),
    }),

    // Protocol and encodings.
    {
      name: 'v0 begins with the service',
      path: `/admin/small.git/${uploadRefs}`,
      status: 200,
      check: has('001e# service=git-upload-pack\n0000'),
    },
    {
      name: 'v2 begins with the version',
      path: `/admin/small.git/${uploadRefs}`,
      headers: () => ({ 'git-protocol': 'version=2' }),
      status: 200,
      check: (answer) => assert.ok(answer.body.toString().startsWith('000eversion 2\n')),
    },
    {
      name: 'a malformed Git-Protocol is left out',
      path: `/admin/small.git/${uploadRefs}`,
      headers: () => ({ 'git-protocol': 'version=2;$(id)' }),
      status: 200,
      check: has('# service=git-upload-pack'),
    },
    fetches('v2 lists refs', {
      headers: () => ({ ...fetchType, 'git-protocol': 'version=2' }),
      body: () => listRefs,
      status: 200,
      check: has('refs/heads/main'),
    }),
    fetches('a plain body', { status: 200, check: has('PACK') }),
    fetches('a gzip body', {
      headers: () => ({ ...fetchType, 'content-encoding': 'gzip' }),
      body: () => gzipSync(want()),
      status: 200,
      check: has('PACK'),
    }),
    fetches('a deflate body', {
      headers: () => ({ ...fetchType, 'content-encoding': 'deflate' }),
      body: () => deflateSync(want()),
      status: 200,
      check: has('PACK'),
    }),
    fetches('a chunked body', {
      headers: () => ({ ...fetchType, 'transfer-encoding': 'chunked' }),
      status: 200,
      check: has('PACK'),
    }),
    fetches('an unknown encoding is named', {
      headers: () => ({ ...fetchType, 'content-encoding': 'br' }),
      status: 415,
      check: has('br'),
    }),
    fetches('a body that is no gzip', {
      headers: () => ({ ...fetchType, 'content-encoding': 'gzip' }),
      body: () => 'garbage',
      status: 400,
    }),
    fetches('a gzip body that inflates without end', {
      headers: () => ({ ...fetchType, 'content-encoding': 'gzip' }),
      body: () => gzipSync(Buffer.alloc(64 * 1_048_576, pktLine(`want ${head}\n`))),
      status: 413,
    }),
    fetches('a body of another type', { headers: () => ({ 'content-type': 'text/plain' }), status: 415 }),
    post('Expect: 100-continue on a push', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token(), expect: '100-continue' }),
      body: () => creates('refs/heads/expected'),
      status: 200,
      check: has('ok refs/heads/expected'),
    }),
    post('refs/pr/N by hand', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token() }),
      body: () => creates('refs/pr/1'),
      status: 200,
      check: has('ok refs/pr/1'),
    }),
    post('a ref outside heads, tags and pr', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token() }),
      body: () => creates('refs/hidden/x'),
      status: 200,
      check: has('ng refs/hidden/x pre-receive hook declined'),
    }),
    post('the probe of a chunked push', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token() }),
      body: () => '0000',
      status: 200,
    }),

    // Junk.
    fetches('letters for a length', { body: () => 'A'.repeat(100_000), status: 200 }),
    fetches('a want of nothing and 8 MiB of zeros', {
      body: () => Buffer.concat([Buffer.from(pktLine(`want ${'f'.repeat(40)}\n`)), Buffer.alloc(8 << 20)]),
      status: 200,
    }),
    fetches('an empty body', { body: () => '', status: 200 }),
    post('a pack that is cut short', '/admin/small.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token() }),
      body: () => creates('refs/heads/cut').subarray(0, -25),
      status: 200,
      check: (answer) => assert.doesNotMatch(answer.body.toString(), /ok refs\/heads\/cut/),
    }),
    post('a push of 16 MiB into a missing repository of somebody else', '/nobody/none.git/git-receive-pack', {
      headers: () => ({ ...pushType, ...token() }),
      body: () => Buffer.alloc(16 << 20),
      status: 404,
    }),

    // Only the three addresses of the protocol, in one spelling.
    ...[
      'HEAD',
      'config',
      'objects/info/packs',
      'info/refs',
      'info/refs?service=git-upload-archive',
      'objects/info/refs?service=git-upload-pack',
      './info/refs?service=git-upload-pack',
    ].map((end): Row => ({ name: `GET ${end}`, path: `/admin/small.git/${end}`, headers: token, status: 404 })),
    ...[
      '/admin/%2e%2e/small.git',
      '/admin/..%2fadmin/small.git',
      '/admin/./small.git',
      '/admin/small.git%00',
      '/--upload-pack=x/y.git',
      '/admin/../admin/small.git',
      '/admin/small.git/small.git',
      '/admin/%73mall.git',
    ].map((start): Row => ({ name: `GET ${start}`, path: `${start}/${uploadRefs}`, headers: token, status: 404 })),
    ...['/admin//small.git', '//admin/small.git'].map(
      (start): Row => ({ name: `GET ${start}`, path: `${start}/${uploadRefs}`, headers: token, status: 400 }),
    ),
    { name: 'PUT', method: 'PUT', path: `/admin/small.git/${uploadRefs}`, headers: token, status: 405 },
    { name: 'GET of a service', path: '/admin/small.git/git-upload-pack', headers: token, status: 405 },
  ];

  for (const row of rows) {
    it(`${row.name}: ${row.status}`, async () => {
      const answer = await rawRequest(hub.url, row.path, {
        method: row.method ?? 'GET',
        headers: row.headers?.() ?? {},
        ...(row.body ? { body: row.body() } : {}),
      });
      assert.equal(answer.status, row.status, answer.body.toString('latin1').slice(0, 400));
      row.check?.(answer);
      assert.equal((await rawRequest(hub.url, '/healthz')).status, 200);
    });
  }

  it('made only the refs that were accepted', async () => {
    const refs = await hub.hub.services.repositories.open({ kind: 'model', owner: 'admin', name: 'small' }).refs();
    assert.deepEqual(
      refs.map((ref) => ref.name),
      ['refs/heads/expected', 'refs/heads/main', 'refs/pr/1'],
    );
  });
});

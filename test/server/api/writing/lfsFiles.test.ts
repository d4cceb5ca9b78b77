import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { withoutBlobs } from '../../../../server/commits/withoutBlobs.js';
import { callApi } from '../../../support/askApi.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

const ref = { kind: 'model', owner: 'admin', name: 'made' } as const;
const oidOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('objects of Git LFS over the API', function () {
  this.timeout(120_000);
  let real: RealHub;

  before(async () => {
    real = await startRealHub({ '--demo': 'false' });
    assert.equal((await ask('POST', '/api/repos/create', { name: 'made' })).status, 200);
    await commit({ 'a.bin': 'first', 'b.bin': 'kept', 'note.txt': 'M 100644 of a message' });
    await commit({ 'a.bin': 'second!' });
    await commit({ 'dir/c d.bin': 'first' });
    await ask('POST', '/api/models/admin/made/tag/main', { tag: 'v1', message: 'M 100644 words\n\nD b.bin' });
  });
  after(() => real?.close());

  const ask = (method: string, place: string, body?: unknown) => callApi(real, method, place, body);
  async function commit(files: Readonly<Record<string, string>>): Promise<void> {
    const lines = [
      { key: 'header', value: { summary: 'M 100644 abc', description: 'D note.txt\nM 100644' } },
      ...Object.entries(files).map(([path, content]) => ({ key: 'file', value: { path, content, encoding: 'utf-8' } })),
    ];
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const answer = await ask('POST', '/api/models/admin/made/commit/main', body);
    assert.equal(answer.status, 200, await answer.text());
  }
  const inGit = async (...args: string[]): Promise<string> =>
    (await git(real.hub.services.data.repository(ref), ...args)).text.trim();
  interface Listed {
    readonly fileOid: string;
    readonly filename: string;
    readonly size: number;
  }
  const list = async (more = ''): Promise<Response> => ask('GET', `/api/models/admin/made/lfs-files${more}`);

  it('are listed, the largest first, by pages', async () => {
    const files = (await (await list()).json()) as Listed[];
    assert.deepEqual(
      files.map(({ fileOid, size }) => [fileOid, size]),
      [
        [oidOf('second!'), 7],
        [oidOf('first'), 5],
        [oidOf('kept'), 4],
      ],
    );
    assert.equal(files[0]!.filename, 'a.bin');
    const page = await list('?limit=2');
    assert.match(page.headers.get('link')!, /cursor=2>; rel="next"$/);
    assert.equal(((await (await list('?limit=2&cursor=2')).json()) as Listed[])[0]!.fileOid, oidOf('kept'));
  });

  it('go out of every commit, with all of their files, and nothing else changes', async () => {
    const before = await inGit('log', '--format=%an|%ae|%at|%s|%b', 'main');
    const answer = await ask('POST', '/api/models/admin/made/lfs-files/batch', {
      deletions: { sha: [oidOf('first'), '0'.repeat(64)], rewriteHistory: true },
    });
    assert.deepEqual(await answer.json(), { success: true, deleted: 1 });
    assert.equal(await inGit('log', '--format=%an|%ae|%at|%s|%b', 'main'), before);
    assert.equal(await inGit('ls-tree', '-r', '--name-only', 'main'), '.gitattributes\na.bin\nb.bin\nnote.txt');
    assert.equal(await inGit('ls-tree', '-r', '--name-only', 'main~2'), '.gitattributes\nb.bin\nnote.txt');
    assert.equal(await inGit('rev-parse', 'v1^{commit}'), await inGit('rev-parse', 'main'));
    assert.match(await inGit('cat-file', '-p', 'refs/tags/v1'), /M 100644 words\n\nD b\.bin$/);
    assert.equal(real.hub.services.index.get(ref)?.head, await inGit('rev-parse', 'main'));
    assert.equal(((await (await list()).json()) as Listed[]).length, 2);
    const { id } = real.hub.services.catalog.find('model', 'admin', 'made')!;
    assert.equal(real.hub.services.catalog.hasLfsGrant(id, oidOf('first')), false);
    const gone = await ask('GET', `/admin/made/resolve/main/b.bin`);
    assert.equal(await gone.text(), 'kept');
  });

  it('leave their files as pointers where history is to stay', async () => {
    const head = await inGit('rev-parse', 'main');
    const answer = await ask('POST', '/api/models/admin/made/lfs-files/batch', {
      deletions: { sha: [oidOf('kept')], rewriteHistory: false },
    });
    assert.equal(answer.status, 200);
    assert.equal(await inGit('rev-parse', 'main'), head);
    assert.notEqual((await ask('GET', '/admin/made/resolve/main/b.bin')).status, 200);
  });
});

describe('a history without some blobs', () => {
  const blob = 'a'.repeat(40);
  const stream = [
    'commit refs/heads/main\nmark :1\ndata 60\n',
    `M 100644 ${blob} x\n`.padEnd(60, 'é'.slice(0, 0) || '-'),
    `M 100644 ${blob} a b.bin\nM 100755 ${'b'.repeat(40)} c\nM 100644 ${blob} "q\\"\\303"\n\n`,
  ].join('');
  for (const chunkBytes of [1, 5, 1000]) {
    it(`passes messages, whatever they look like, in chunks of ${chunkBytes}`, async () => {
      async function* chunks(): AsyncGenerator<Buffer> {
        const bytes = Buffer.from(stream, 'latin1');
        for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
      }
      const out: Buffer[] = [];
      for await (const part of withoutBlobs(chunks(), new Set([blob]))) out.push(part);
      const wanted = stream.replace(`M 100644 ${blob} a b.bin`, 'D a b.bin').replace(`M 100644 ${blob} "q`, 'D "q');
      assert.equal(Buffer.concat(out).toString('latin1'), wanted);
    });
  }
});

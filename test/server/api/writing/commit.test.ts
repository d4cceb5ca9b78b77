import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { addPerson } from '../../../support/addPerson.js';
import { callApi } from '../../../support/askApi.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

const ref = { kind: 'model', owner: 'admin', name: 'made' } as const;

describe('writing over the API', function () {
  this.timeout(180_000);
  let real: RealHub;

  before(async () => {
    real = await startRealHub({ '--demo': 'false' });
    const made = await post('/api/repos/create', { name: 'made' });
    assert.equal(made.status, 200);
  });
  after(() => real?.close());

  const post = (place: string, body: unknown, token?: string | null) => callApi(real, 'POST', place, body, token);
  const header = (more: object = {}): object => ({ key: 'header', value: { summary: 'a change', ...more } });
  const file = (path: string, content: string | Buffer): object => ({
    key: 'file',
    value: { content: Buffer.from(content).toString('base64'), path, encoding: 'base64' },
  });
  const commit = (lines: readonly object[], rev = 'main', more = ''): Promise<Response> =>
    post(`/api/models/admin/made/commit/${rev}${more}`, lines.map((line) => JSON.stringify(line)).join('\n'));
  async function refused(answer: Response, status: number, words: RegExp): Promise<void> {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    assert.match(text, words);
    assert.deepEqual(await readdir(real.hub.services.data.commits), []);
  }
  const show = async (what: string): Promise<string> =>
    (await git(real.hub.services.data.repository(ref), 'show', what)).text;

  describe('validate-yaml', () => {
    it('says nothing of a card that is right', async () => {
      const answer = await post('/api/validate-yaml', { content: '---\nlicense: mit\n---\n', repoType: 'model' }, null);
      assert.deepEqual(await answer.json(), { errors: [], warnings: [] });
    });
    it('warns of what is unknown, and where nothing is said', async () => {
      const unknown = await post('/api/validate-yaml', { content: '---\nlicense: mitt\n---\n' });
      assert.equal(unknown.status, 200);
      assert.match(((await unknown.json()) as { warnings: { message: string }[] }).warnings[0]!.message, /mitt/);
      const empty = (await (await post('/api/validate-yaml', { content: '# hello', repoType: 'dataset' })).json()) as {
        warnings: { message: string }[];
      };
      assert.match(empty.warnings[0]!.message, /^empty or missing yaml metadata/);
    });
    it('answers 400 in the same form where a push would be refused', async () => {
      const answer = await post('/api/validate-yaml', { content: '---\nlicense: [\n---\n', repoType: 'model' });
      assert.equal(answer.status, 400);
      const { errors, warnings } = (await answer.json()) as { errors: { message: string }[]; warnings: unknown[] };
      assert.equal(errors.length, 1);
      assert.deepEqual(warnings, []);
    });
  });

  describe('preupload', () => {
    it('tells for each file how it is to come, and what is there', async () => {
      await commit([header(), file('there.txt', 'there'), file('there.bin', 'weights')]);
      const answer = await post('/api/models/admin/made/preupload/main', {
        files: [
          { path: 'there.txt', sample: '', size: 5 },
          { path: 'there.bin', sample: '', size: 7 },
          { path: 'new.log', sample: Buffer.from('a').toString('base64'), size: 1 },
        ],
        gitIgnore: '*.log',
      });
      assert.deepEqual(await answer.json(), {
        files: [
          {
            path: 'there.txt',
            uploadMode: 'regular',
            shouldIgnore: false,
            oid: createHash('sha1').update('blob 5\0there').digest('hex'),
          },
          {
            path: 'there.bin',
            uploadMode: 'lfs',
            shouldIgnore: false,
            oid: createHash('sha256').update('weights').digest('hex'),
          },
          { path: 'new.log', uploadMode: 'regular', shouldIgnore: true, oid: null },
        ],
      });
    });
    it('knows no revision that is not there', async () => {
      const answer = await post('/api/models/admin/made/preupload/none', { files: [] });
      assert.equal(answer.status, 404);
      assert.equal(answer.headers.get('X-Error-Code'), 'RevisionNotFound');
    });
  });

  describe('commit', () => {
    it('writes files of both encodings, and says where the commit is', async () => {
      const answer = await commit([
        header({ summary: 'Two files', description: 'And why' }),
        file('dir/a.txt', 'first\n'),
        { key: 'file', value: { path: 'b.txt', content: 'second "ä"\n', encoding: 'utf-8' } },
      ]);
      const { success, commitOid, commitUrl, hookOutput } = (await answer.json()) as Record<string, unknown>;
      assert.equal(success, true);
      assert.equal(commitUrl, `${real.url}/admin/made/commit/${commitOid}`);
      assert.equal(hookOutput, '');
      assert.equal(await show('HEAD:dir/a.txt'), 'first\n');
      assert.equal(await show('HEAD:b.txt'), 'second "ä"\n');
      assert.match(await show('--format=%an|%s|%b'), /^admin\|Two files\|And why\n/);
    });

    it('puts files that are too large for git into LFS, with their line in .gitattributes', async () => {
      const large = Buffer.alloc(11 * 1_048_576, 'large ');
      const answer = await commit([header(), file('large.txt', large)]);
      assert.equal(answer.status, 200, await answer.clone().text());
      const oid = createHash('sha256').update(large).digest('hex');
      assert.match(await show('HEAD:large.txt'), new RegExp(`oid sha256:${oid}\nsize ${large.length}\n`));
      assert.match(await show('HEAD:.gitattributes'), /^\/large\.txt filter=lfs/m);
      const copied = await commit([header(), { key: 'lfsFile', value: { path: 'copy.txt', algo: 'sha256', oid } }]);
      assert.equal(copied.status, 200, await copied.clone().text());
      assert.equal(await show('HEAD:copy.txt'), await show('HEAD:large.txt'));
    });

    it('takes many files of some size in memory that does not grow with them', async () => {
      const files = Array.from({ length: 12 }, (_, at) => file(`many/${at}.txt`, Buffer.alloc(2_000_000, `${at} `)));
      const answer = await commit([header(), ...files]);
      assert.equal(answer.status, 200, await answer.clone().text());
      assert.equal(await show('HEAD:many/7.txt'), '7 '.repeat(1_000_000));
    });

    it('names no object of LFS that nobody uploaded here', async () => {
      const lfsFile = { path: 'x.bin', algo: 'sha256', oid: '0'.repeat(64), size: 3 };
      await refused(await commit([header(), { key: 'lfsFile', value: lfsFile }]), 400, /was not uploaded/);
      await refused(
        await commit([header(), { key: 'lfsFile', value: { ...lfsFile, size: undefined } }]),
        400,
        /was not uploaded/,
      );
    });

    it('names an object that another repository has whose files the caller may have, and no other', async () => {
      const { token } = await addPerson(real, 'eve');
      await post('/api/repos/create', { name: 'hidden', private: true });
      const secret = [header(), file('secret.bin', 'secret bytes')];
      const ndjson = (lines: readonly object[]): string => lines.map((line) => JSON.stringify(line)).join('\n');
      assert.equal((await post('/api/models/admin/hidden/commit/main', ndjson(secret))).status, 200);
      assert.equal((await post('/api/repos/create', { name: 'own' }, token)).status, 200);
      const oidOf = (text: string): string => createHash('sha256').update(text).digest('hex');
      const take = (oid: string): Promise<Response> =>
        post(
          '/api/models/eve/own/commit/main',
          ndjson([header(), { key: 'lfsFile', value: { path: 'x.bin', algo: 'sha256', oid } }]),
          token,
        );
      await refused(await take(oidOf('secret bytes')), 400, /was not uploaded/);
      assert.equal((await take(oidOf('weights'))).status, 200);
    });

    it('removes files and folders, and no file that is not there', async () => {
      await commit([header(), file('old/a/b.txt', '1'), file('old/c.txt', '2'), file('old.txt', '3')]);
      await commit([
        header(),
        { key: 'deletedFolder', value: { path: 'old/' } },
        { key: 'deletedFile', value: { path: 'old.txt' } },
      ]);
      assert.doesNotMatch((await git(real.hub.services.data.repository(ref), 'ls-tree', '-r', 'HEAD')).text, /\told/);
      const answer = await commit([header(), { key: 'deletedFile', value: { path: 'none.txt' } }]);
      assert.equal(answer.headers.get('X-Error-Code'), 'EntryNotFound');
      await refused(answer, 404, /A file with this name doesn't exist/);
    });

    it('refuses a parent that is not the head', async () => {
      const parent = (await real.hub.services.repositories.open(ref).head())!;
      assert.equal((await commit([header({ parentCommit: parent.slice(0, 8) }), file('p.txt', '1')])).status, 200);
      await refused(
        await commit([header({ parentCommit: parent }), file('p.txt', '2')]),
        412,
        /The branch was updated since you opened this page. Please refresh and try again\./,
      );
    });

    it('refuses a card as a push does', async () => {
      await refused(
        await commit([header(), file('README.md', '---\nlicense: [\n---\n')]),
        400,
        /Invalid YAML in README\.md: /,
      );
    });

    it('commits to branches alone', async () => {
      const head = (await real.hub.services.repositories.open(ref).head())!;
      for (const rev of ['none', head, 'refs%2Fpr%2F7']) {
        const answer = await commit([header(), file('a', 'b')], rev);
        assert.equal(answer.headers.get('X-Error-Code'), 'RevisionNotFound');
      }
      assert.equal((await commit([header(), file('a', 'b')], 'refs%2Fheads%2Fmain')).status, 200);
    });

    for (const path of [
      '../a',
      'a//b',
      '/a',
      'a\\b',
      'a\u0007',
      '.git/config',
      'a/.GIT/b',
      '',
      'a/./b',
      'x'.repeat(300),
    ]) {
      it(`takes no file at ${JSON.stringify(path).slice(0, 30)}`, async () => {
        await refused(await commit([header(), file(path, 'x')]), 422, /is not taken/);
      });
    }

    const wrong: readonly [why: string, lines: readonly object[], words: RegExp][] = [
      ['no header', [file('a', 'b')], /header/],
      ['two headers', [header(), header()], /one header/],
      ['nothing', [], /header/],
      ['an unknown line', [header(), { key: 'copyFile', value: { path: 'a' } }], /key/],
      ['no base64', [header(), { key: 'file', value: { path: 'a', content: '?', encoding: 'base64' } }], /base64/],
      ['a number for a path', [header(), { key: 'file', value: { path: 7, content: '' } }], /path/],
      ['another algorithm', [header(), { key: 'lfsFile', value: { path: 'a', algo: 'md5', oid: 'x' } }], /algo/],
      ['a parent that is none', [header({ parentCommit: 'main' })], /parentCommit/],
    ];
    for (const [why, lines, words] of wrong) {
      it(`refuses ${why}`, async () => refused(await commit(lines), 400, words));
    }

    it('names the line that is wrong among ten thousand, and makes nothing of the others', async () => {
      const head = await real.hub.services.repositories.open(ref).head();
      const wrong = (line: object | string): Promise<Response> => {
        const lines = [header(), ...Array.from({ length: 10_000 }, (_, at) => file(`wrong/${at}.txt`, `${at}`))];
        const texts = lines.map((one) => JSON.stringify(one));
        texts[7000] = typeof line === 'string' ? line : JSON.stringify(line);
        return post('/api/models/admin/made/commit/main', texts.join('\n'));
      };
      await refused(await wrong('{"key":'), 400, /Line 7001 of the commit is not JSON/);
      await refused(
        await wrong({ key: 'file', value: { path: 7, content: '' } }),
        400,
        /Line 7001 of the commit: .*path/,
      );
      const noBase64 = { key: 'file', value: { path: 'a', content: '?', encoding: 'base64' } };
      await refused(await wrong(noBase64), 400, /Line 7001 of the commit: .*base64/);
      await refused(await wrong(file('../up', 'x')), 422, /\.\.\/up/);
      assert.equal(await real.hub.services.repositories.open(ref).head(), head);
    });

    it('takes ten thousand lines at once', async () => {
      const files = Array.from({ length: 10_000 }, (_, at) => file(`lines/${at}.txt`, `${at}`));
      const answer = await commit([header(), ...files]);
      assert.equal(answer.status, 200, await answer.clone().text());
      assert.equal(await show('HEAD:lines/9999.txt'), '9999');
    });
  });
});

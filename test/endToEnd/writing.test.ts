import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';
import { type Answer, WebClient } from '../support/webClient.js';

describe('writing in the browser', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let owner: WebClient;
  let folder: string;

  before(async () => {
    hub = await startRealHub();
    owner = new WebClient(hub.url);
    await owner.logIn('admin');
    await hub.hub.services.accounts.addUser({ name: 'marie', password: 'correct horse' });
    await push('written', { 'README.md': '---\nlicense: mit\n---\n# one\n' });
    folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: 'written' });
  });
  after(() => hub.close());

  async function push(name: string, files: Record<string, string | Buffer>): Promise<void> {
    const copy = await hub.workingCopy(files);
    const { code, text } = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(code, 0, text);
  }
  const show = async (what: string): Promise<string> => (await git(folder, 'show', what)).text;
  const head = async (): Promise<string> => (await git(folder, 'rev-parse', 'main')).text.trim();
  /** What the page's form holds, as a browser would post it. */
  async function fieldsOf(page: string): Promise<Record<string, string>> {
    return formFields((await owner.get(page)).text);
  }
  async function commit(page: string, changes: Record<string, string>): Promise<Answer> {
    return owner.post(page.split('?')[0]!, { ...(await fieldsOf(page)), do: 'commit', ...changes });
  }
  function made({ status, headers, text }: Answer, at: string): void {
    assert.equal(status, 303, text);
    assert.equal(headers.get('location'), at);
  }

  it('makes a file in a folder that was not there, with title and description', async () => {
    const answer = await commit('/admin/written/new/main/src?filename=a.txt', {
      content: 'one\r\ntwo\r\n',
      title: 'Add a text',
      description: 'Because.',
    });
    made(answer, '/admin/written/blob/main/src/a.txt');
    assert.equal(await show('main:src/a.txt'), 'one\ntwo\n');
    assert.match(
      (await git(folder, 'log', '-1', '--format=%an|%s|%b', 'main')).text,
      /^admin\|Add a text\|Because\.\n/,
    );
  });

  it('does not make a file over another', async () => {
    const before = await head();
    const answer = await commit('/admin/written/new/main', { path: 'src/a.txt', content: 'lost?' });
    assert.equal(answer.status, 409);
    assert.match(answer.text, /There is “src\/a\.txt” already/);
    assert.match(answer.text, /lost\?<\/textarea>/);
    assert.equal(await head(), before);
  });

  for (const [name, content] of Object.entries({
    'lf.txt': 'a\nb\n',
    'crlf.txt': 'a\r\nb\r\n',
    'no-end.txt': 'a\nb',
    'mixed.txt': 'a\r\nb\nc\r\n',
    'leading.txt': '\n\n a\n',
    'bom.txt': '\ufeffa\nb\n',
    'words.txt': '<b>&amp; \u202e عربى 日本語 </textarea><script>x</script>\n',
    'empty.txt': '',
  })) {
    it(`keeps ${name} as it is when it is committed without a change, and its line ends with one`, async () => {
      await push(`line-${name.split('.')[0]}`, { [name]: content });
      const page = `/admin/line-${name.split('.')[0]}/edit/main/${name}`;
      const same = await commit(page, {});
      assert.match(same.text, /No changes/);
      made(await commit(page, { content: `${(await fieldsOf(page)).content}end` }), page.replace('/edit/', '/blob/'));
      const raw = await owner.get(page.replace('/edit/', '/raw/'));
      const ends = name === 'mixed.txt' ? content.replace(/\r?\n/g, '\r\n') : content;
      assert.equal(raw.text, `${ends}end`.replace(/^\ufeff/, ''));
    });
  }

  it('moves a file, with a change or without', async () => {
    made(await commit('/admin/written/edit/main/src/a.txt', { path: 'b.txt' }), '/admin/written/blob/main/b.txt');
    assert.match((await git(folder, 'log', '-1', '--format=%s', 'main')).text, /^Rename src\/a\.txt to b\.txt$/m);
    made(
      await commit('/admin/written/edit/main/b.txt', { path: 'c/d.txt', content: 'one\ntwo\nthree\n' }),
      '/admin/written/blob/main/c/d.txt',
    );
    assert.equal(await show('main:c/d.txt'), 'one\ntwo\nthree\n');
    assert.equal((await git(folder, 'cat-file', '-e', 'main:b.txt')).code, 128);
  });

  it('goes on top of changes of other files, and shows those of the same file', async () => {
    const page = '/admin/written/edit/main/c/d.txt';
    const opened = await fieldsOf(page);
    made(
      await commit('/admin/written/new/main', { path: 'other.txt', content: 'other' }),
      '/admin/written/blob/main/other.txt',
    );
    made(
      await owner.post(page, { ...opened, content: 'ONE\ntwo\nthree\n', do: 'commit' }),
      page.replace('edit', 'blob'),
    );
    const late = await owner.post(page, { ...opened, content: '<b>mine</b>\ntwo\nthree\n', do: 'commit' });
    assert.equal(late.status, 409);
    assert.match(late.text, /The file was changed while you wrote/);
    assert.match(late.text, /patch-removed[\s\S]*ONE/);
    assert.match(late.text, /&lt;b>mine&lt;\/b>\ntwo\nthree\n<\/textarea>/);
    assert.match(late.text, /Both changes touch the same lines/);
    assert.equal(await show('main:c/d.txt'), 'ONE\ntwo\nthree\n');
    made(await owner.post(page, { ...formFields(late.text), do: 'overwrite' }), page.replace('edit', 'blob'));
    assert.equal(await show('main:c/d.txt'), '<b>mine</b>\ntwo\nthree\n');
  });

  it('commits both changes where they fit together', async () => {
    const text = Array.from({ length: 12 }, (_, at) => `line ${at}\n`).join('');
    made(
      await commit('/admin/written/new/main', { path: 'long.txt', content: text }),
      '/admin/written/blob/main/long.txt',
    );
    const page = '/admin/written/edit/main/long.txt';
    const opened = await fieldsOf(page);
    await commit(page, { content: text.replace('line 0', 'first') });
    const late = await owner.post(page, { ...opened, content: text.replace('line 11', 'last'), do: 'commit' });
    assert.match(late.text, /can be committed together/);
    made(await owner.post(page, { ...formFields(late.text), do: 'merge' }), page.replace('edit', 'blob'));
    assert.equal(await show('main:long.txt'), text.replace('line 0', 'first').replace('line 11', 'last'));
  });

  it('keeps a text whose file was deleted meanwhile', async () => {
    const page = '/admin/written/edit/main/long.txt';
    const opened = await fieldsOf(page);
    made(
      await owner.submit('/admin/written/delete/main/long.txt', await fieldsOf('/admin/written/delete/main/long.txt')),
      '/admin/written/tree/main',
    );
    const late = await owner.post(page, { ...opened, content: 'kept\n', do: 'commit' });
    assert.equal(late.status, 409);
    assert.match(late.text, /it was deleted/);
    made(await owner.post(page, { ...formFields(late.text), do: 'overwrite' }), page.replace('edit', 'blob'));
    assert.equal(await show('main:long.txt'), 'kept\n');
  });

  it('says all that a push would be refused for, with what helps, and keeps the text', async () => {
    const answer = await commit('/admin/written/edit/main/README.md', { content: '---\nlicense: [\n---\nmy words\n' });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /Nothing was committed/);
    assert.match(answer.text, /README\.md line/);
    assert.match(answer.text, /my words\n<\/textarea>/);
    for (const [path, says] of [
      ['', /A file needs a name/],
      ['.git/config', /\.git/],
      ['c/d.txt/e', /c\/d\.txt is a file/],
      ['c', /There is “c” already/],
      ['../x', /is not taken/],
    ] as const) {
      const refused = await commit('/admin/written/new/main', { path, content: 'my words' });
      assert.ok(refused.status >= 400 && refused.status < 500, `${path} ${refused.status}`);
      assert.match(refused.text, says);
      assert.match(refused.text, /my words<\/textarea>/);
    }
  });

  it('commits to a new branch, and leaves none behind where nothing comes of it', async () => {
    const before = await head();
    made(
      await commit('/admin/written/edit/main/README.md', { content: '# two\n', branch: 'fix/words' }),
      '/admin/written/blob/fix%2Fwords/README.md',
    );
    assert.equal(await head(), before);
    assert.equal(await show('fix/words:README.md'), '# two\n');
    made(
      await commit('/admin/written/edit/fix%2Fwords/README.md', { content: '# three\n' }),
      '/admin/written/blob/fix%2Fwords/README.md',
    );
    const refused = await commit('/admin/written/edit/main/README.md', { content: '---\na: [\n---\n', branch: 'none' });
    assert.equal(refused.status, 400);
    assert.equal((await git(folder, 'rev-parse', '--verify', 'none')).code, 128);
    const taken = await commit('/admin/written/edit/main/README.md', { content: 'x', branch: 'fix/words' });
    assert.match(taken.text, /fix\/words is already taken/);
    assert.match(
      (await commit('/admin/written/edit/main/README.md', { content: 'x', branch: 'a..b' })).text,
      /cannot be a branch/,
    );
  });

  it('begins a card with the template, also of a repository that is empty, and edits one that is there', async () => {
    await owner.submit('/new', { owner: 'admin', name: 'begun', license: 'mit', template: 'card' });
    assert.match((await owner.get('/admin/begun/raw/main/README.md')).text, /^license: mit$[\s\S]*^# begun$/m);
    const there = await owner.get('/admin/begun/new/main?filename=README.md');
    assert.equal(there.headers.get('location'), '/admin/begun/edit/main/README.md');
    const ref = { kind: 'model', owner: 'admin', name: 'empty' } as const;
    await hub.hub.services.repositories.create(ref);
    hub.hub.services.catalog.create(ref, { private: false, state: 'active', createdBy: null });
    assert.match((await owner.get('/admin/empty')).text, /href="\/admin\/empty\/new\/main\?filename=README\.md"/);
    const page = '/admin/empty/new/main?filename=README.md';
    assert.match((await fieldsOf(page)).content!, /## Intended uses and limitations/);
    for (const at of [page, '/admin/begun/edit/main/README.md'])
      assert.match(
        (await owner.get(at)).text,
        /<details (?=[^>]*data-metadata)[^>]* open[ >]/,
        'its fields wait to be filled in',
      );
    made(await commit(page, {}), '/admin/empty/blob/main/README.md');
    assert.match((await owner.get('/admin/empty/raw/main/README.md')).text, /^# empty$/m);
  });

  describe('the metadata of a card', () => {
    const card = '---\nlicense: mit # ours\nunknown: {a: 1}\nwidget:\n- text: Hi\n  extra: kept\n---\n# Card\n';
    const page = '/admin/carded/edit/main/README.md';
    before(() => push('carded', { 'README.md': card }));

    it('is a form whose changes are written into the YAML, and nothing else of it', async () => {
      const fields = await fieldsOf(page);
      assert.equal(fields['meta.license'], 'mit');
      assert.equal(fields['meta.widget.0.text'], 'Hi');
      const answer = await owner.post(page, {
        ...fields,
        'meta.license': 'apache-2.0',
        'meta.language': 'en, fr',
        'meta.pipeline_tag': 'fill-mask',
        'meta.inference': 'off',
        'meta.widget.0.text': 'Hi <mask>',
        'meta.widget.1.text': 'Ho <mask>',
        'meta.widget.1.example_title': 'Ho',
        do: 'commit',
      });
      made(answer, '/admin/carded/blob/main/README.md');
      assert.equal(
        (await owner.get('/admin/carded/raw/main/README.md')).text,
        '---\nlicense: apache-2.0 # ours\nunknown: {a: 1}\nwidget:\n- text: Hi <mask>\n  extra: kept\n- text: Ho <mask>\n' +
          '  example_title: Ho\nlanguage:\n- en\n- fr\npipeline_tag: fill-mask\ninference: false\n---\n# Card\n',
      );
    });

    it('may be changed in the form and in the text at once', async () => {
      const fields = await fieldsOf(page);
      const content = fields.content!.replace('# Card', '# Other').replace('unknown: {a: 1}', 'unknown: 2');
      made(
        await owner.post(page, { ...fields, content, 'meta.license': '', do: 'commit' }),
        '/admin/carded/blob/main/README.md',
      );
      const { text } = await owner.get('/admin/carded/raw/main/README.md');
      assert.match(text, /^---\nunknown: 2\n[\s\S]*# Other\n$/);
    });

    it('is checked as a push checks it, without a commit', async () => {
      const before = (await owner.get('/admin/carded/raw/main/README.md')).text;
      const checked = await commit(page, { 'meta.license': 'apache2', do: 'check' });
      assert.equal(checked.status, 200);
      assert.match(checked.text, /is no licence identifier\. Did you mean “apache-2\.0”\?/);
      assert.match(checked.text, /The card says nothing of: a description, intended uses/);
      assert.match(checked.text, /license: apache2\n[\s\S]*<\/textarea>/);
      const broken = await commit(page, { content: '---\na: [\n---\n', do: 'check' });
      assert.match(broken.text, /Must be mended, line \d/);
      const both = await commit(page, { content: '---\na: [\n---\n', 'meta.license': 'mit', do: 'commit' });
      assert.equal(both.status, 400);
      assert.match(both.text, /cannot be written into the text/);
      assert.equal((await owner.get('/admin/carded/raw/main/README.md')).text, before);
    });

    it('is answered as JSON to the script of the page', async () => {
      const fields = { ...(await fieldsOf(page)), 'meta.license': 'mit', do: 'check' };
      const answer = JSON.parse((await owner.post(page, fields, { 'X-Fragment': 'metadata' })).text);
      assert.match(answer.text, /^license: mit$/m);
      assert.equal(answer.values.license, 'mit');
      assert.deepEqual(answer.problems, []);
      assert.match(answer.html, /^<details class="panel metadata"/);
    });

    it('is kept in CRLF where the card is', async () => {
      await push('crlf-card', { 'README.md': '---\r\nlicense: mit\r\n---\r\n# Card\r\n' });
      const at = '/admin/crlf-card/edit/main/README.md';
      made(await commit(at, { 'meta.tags': 'a, b' }), at.replace('/edit/', '/blob/'));
      const { text } = await owner.get('/admin/crlf-card/raw/main/README.md');
      assert.equal(text, '---\r\nlicense: mit\r\ntags:\r\n  - a\r\n  - b\r\n---\r\n# Card\r\n');
    });

    it('shows whatever stands in it as text', async () => {
      const hostile = '"><script>alert(1)</script>';
      await push('hostile-card', {
        'README.md': `---\ntags: ['${hostile}']\nwidget: [{text: '</textarea>${hostile}'}]\n---\n`,
      });
      const at = '/admin/hostile-card/edit/main/README.md';
      const { text } = await owner.get(at);
      assert.doesNotMatch(text, /<script>alert/);
      assert.equal((await fieldsOf(at))['meta.tags'], hostile);
      assert.match((await commit(at, {})).text, /No changes/);
    });
  });

  it('previews Markdown without committing it', async () => {
    const before = await head();
    const answer = await commit('/admin/written/edit/main/README.md', {
      content: '---\nlicense: mit\n---\n# Seen\n\n$$ a $$\n\n<script>alert(1)</script>',
      do: 'preview',
    });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /<article class="prose"[^>]*>[\s\S]*Seen[\s\S]*katex[\s\S]*<\/article>/);
    assert.doesNotMatch(answer.text, /<script>alert/);
    assert.equal(await head(), before);
  });

  it('does not show what a text form would harm, and says why', async () => {
    await push('binary', {
      'a.bin': Buffer.from([0, 1, 2]),
      'b.txt': 'x'.repeat(1_048_577),
      'c.txt': Buffer.from([0xff, 0x41]),
    });
    for (const [file, says] of [
      ['a.bin', /not text in UTF-8/],
      ['b.txt', /can be edited here/],
      ['c.txt', /not text in UTF-8/],
    ] as const) {
      const { status, text } = await owner.get(`/admin/binary/edit/main/${file}`);
      assert.equal(status, 200);
      assert.match(text, says);
      assert.doesNotMatch(text, /<textarea/);
    }
    const longest = 'ä'.repeat(500_000);
    made(
      await commit('/admin/binary/new/main', { path: 'long.txt', content: longest }),
      '/admin/binary/blob/main/long.txt',
    );
    assert.equal((await owner.get('/admin/binary/raw/main/long.txt')).text, longest);
  });

  it('deletes a file or a folder, and asks again where it changed meanwhile', async () => {
    const page = '/admin/written/delete/main/c/d.txt';
    const seen = await fieldsOf(page);
    assert.match((await owner.get(page)).text, /stays in the history/);
    await commit('/admin/written/edit/main/c/d.txt', { content: 'newer\n' });
    const late = await owner.post(page, seen);
    assert.equal(late.status, 409);
    assert.match(late.text, /changed since you opened/);
    made(await owner.post(page, { ...formFields(late.text), title: 'Away with it' }), '/admin/written/tree/main');
    assert.match((await git(folder, 'log', '-1', '--format=%s', 'main')).text, /^Away with it$/m);
    await commit('/admin/written/new/main', { path: 'dir/x.txt', content: 'x' });
    await commit('/admin/written/new/main', { path: 'dir/y.txt', content: 'y' });
    assert.match((await owner.get('/admin/written/delete/main/dir')).text, /2 files/);
    made(
      await owner.post('/admin/written/delete/main/dir', await fieldsOf('/admin/written/delete/main/dir')),
      '/admin/written/tree/main',
    );
    assert.equal((await git(folder, 'cat-file', '-e', 'main:dir/x.txt')).code, 128);
  });

  describe('uploads', () => {
    async function send(
      page: string,
      files: readonly (readonly [name: string, content: string | Buffer])[],
      more: Record<string, string> = {},
    ): Promise<Answer> {
      const form = new FormData();
      const { folder, title, csrf } = { title: '', ...(await fieldsOf(page)), ...more } as Record<string, string>;
      for (const [name, value] of Object.entries({ csrf, folder, title, ...more })) form.set(name, value ?? '');
      for (const [name, content] of files) form.append('files', new Blob([new Uint8Array(Buffer.from(content))]), name);
      return owner.request(page, { method: 'POST', body: form, headers: { Origin: hub.url } });
    }
    const inLfs = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

    it('take several files into one commit, those that the attributes mark into LFS', async () => {
      await push('up', { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.txt': 'old' });
      const weights = Buffer.alloc(3_000_000, 7);
      const answer = await send('/admin/up/upload/main', [
        ['a.txt', 'new'],
        ['weights.bin', weights],
        ['日本語 "x".txt', 'words'],
      ]);
      made(answer, '/admin/up/tree/main');
      const repository = hub.hub.services.repositories.open({ kind: 'model', owner: 'admin', name: 'up' });
      const commit = (await repository.head())!;
      assert.deepEqual(
        (await repository.tree(commit, '')).map(({ path, sizeBytes, lfs }) => [path, sizeBytes, lfs?.oid]),
        [
          ['.gitattributes', 42, undefined],
          ['a.txt', 3, undefined],
          ['weights.bin', weights.length, inLfs(weights)],
          ['日本語 "x".txt', 5, undefined],
        ],
      );
      assert.equal((await repository.commit(commit)).title, 'Upload 3 files');
      const got = await fetch(`${hub.url}/admin/up/resolve/main/weights.bin`);
      assert.ok(Buffer.from(await got.arrayBuffer()).equals(weights));
    });

    it('go into a folder, and mark what is too large for git', async () => {
      const large = Buffer.alloc(11 * 1_048_576, 1);
      made(await send('/admin/up/upload/main/data', [['large.dat', large]]), '/admin/up/tree/main/data');
      const attributes = (await owner.get('/admin/up/raw/main/.gitattributes')).text;
      assert.match(attributes, /^data\/large\.dat filter=lfs diff=lfs merge=lfs -text$/m);
      assert.match((await owner.get('/admin/up/raw/main/data/large.dat')).text, new RegExp(inLfs(large)));
    });

    it('keep what came when the commit is refused, so that it need not be sent again', async () => {
      const refused = await send('/admin/up/upload/main', [
        ['README.md', '---\nlicense: [\n---\n'],
        ['b.txt', 'b'],
      ]);
      assert.equal(refused.status, 400);
      assert.match(refused.text, /Nothing was committed[\s\S]*README\.md line/);
      const form = new FormData();
      for (const [name, value] of Object.entries(formFields(refused.text))) if (name !== 'files') form.set(name, value);
      form.set('path.0', '');
      const again = await owner.request('/admin/up/upload/main', {
        method: 'POST',
        body: form,
        headers: { Origin: hub.url },
      });
      made(again, '/admin/up/tree/main');
      assert.equal((await owner.get('/admin/up/raw/main/b.txt')).text, 'b');
      assert.equal((await owner.get('/admin/up/raw/main/README.md')).status, 404);
    });

    it('are not taken without a file, with an old form, or as somebody else’s object', async () => {
      const none = await send('/admin/up/upload/main', [['', '']]);
      assert.equal(none.status, 400);
      assert.match(none.text, /Choose at least one file/);
      const old = await send('/admin/up/upload/main', [['c.txt', 'c']], { csrf: 'old' });
      assert.equal(old.status, 403);
      const foreign = await send('/admin/up/upload/main', [], {
        'stored.0': `${inLfs('secret')} 6`,
        'path.0': 'stolen.bin',
      });
      assert.equal(foreign.status, 400);
      assert.match(foreign.text, /stolen\.bin is no longer here/);
    });

    it('come one by one as bytes, which answers what they are', async () => {
      const bytes = (type: string, more: Record<string, string> = { Origin: hub.url }) =>
        owner.request('/admin/up/upload/main', {
          method: 'POST',
          body: 'some bytes',
          headers: { 'Content-Type': type, ...more },
        });
      const answer = await bytes('application/octet-stream');
      assert.deepEqual(JSON.parse(answer.text), { oid: inLfs('some bytes'), size: 10 });
      assert.equal((await bytes('application/octet-stream', { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
      assert.equal((await bytes('text/plain')).status, 415);
    });

    it('are refused above the largest size, and a form that is cut leaves nothing', async () => {
      const small = await startRealHub({ '--lfs-max-object-bytes': '1000' });
      try {
        const client = new WebClient(small.url);
        await client.logIn('admin');
        await client.submit('/new', { owner: 'admin', name: 'small', license: 'mit' });
        const answer = await client.request('/admin/small/upload/main', {
          method: 'POST',
          body: 'x'.repeat(1001),
          headers: { Origin: small.url, 'Content-Type': 'application/octet-stream' },
        });
        assert.equal(answer.status, 413);
        assert.match(answer.text, /"The file is larger than 1000 bytes"/);
        const { port } = new URL(small.url);
        const socket = connect(Number(port), '127.0.0.1');
        const cookie = `hub_session=${client.cookie('hub_session')}`;
        const part = '--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\nxxx';
        socket.write(
          `POST /admin/small/upload/main HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\n` +
            `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900\r\n\r\n${part}`,
        );
        await once(socket, 'connect');
        socket.destroy();
        const { lfsTemporary } = small.hub.services.data;
        await until('temporary files go', async () => (await readdir(lfsTemporary)).length === 0);
      } finally {
        await small.close();
      }
    });
  });

  it('leads strangers to the login and back, refuses those who may not write, and hides what is private', async () => {
    const stranger = new WebClient(hub.url);
    const marie = new WebClient(hub.url);
    await marie.logIn('marie');
    for (const door of ['edit/main/README.md', 'new/main', 'delete/main/README.md', 'upload/main']) {
      const sent = await stranger.get(`/admin/written/${door}`);
      assert.equal(sent.status, 303, door);
      assert.equal(sent.headers.get('location'), `/login?next=${encodeURIComponent(`/admin/written/${door}`)}`);
      const refused = await marie.get(`/admin/written/${door}`);
      assert.equal(refused.status, 403);
      assert.match(refused.text, /may write admin\/written/);
      assert.equal((await marie.post(`/admin/written/${door}`, {})).status, 403);
      assert.equal((await marie.get(`/admin/none/${door}`)).status, 404);
    }
    for (const [door, status] of [
      ['edit/main/none.txt', 404],
      ['edit/none/README.md', 404],
      [`edit/${await head()}/README.md`, 400],
      ['delete/main/none.txt', 404],
    ] as const)
      assert.equal((await owner.get(`/admin/written/${door}`)).status, status, door);
  });

  it('keeps the text of a page that stood open too long', async () => {
    const page = '/admin/written/edit/main/README.md';
    const answer = await owner.post(page, { ...(await fieldsOf(page)), csrf: 'old', content: 'still here' });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /still here<\/textarea>/);
    made(await owner.post(page, { ...formFields(answer.text), do: 'commit' }), '/admin/written/blob/main/README.md');
  });
});

/** Inputs and texts of the last form of a page that posts to where it came from, as a browser reads them. */
function formFields(html: string): Record<string, string> {
  const form = /<form class="form writing"[\s\S]*?<\/form>/.exec(html)?.[0];
  assert.ok(form, html.replace(/<[^>]*>/g, ' '));
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input (?:[^>"]|"[^"]*")*>/g)) {
    const name = / name="([^"]*)"/.exec(tag)?.[1];
    if (name) fields[name] = decoded(/ value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  for (const [, name, choices] of form.matchAll(/<select [^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g))
    fields[name!] = /<option value="([^"]*)" selected/.exec(choices!)?.[1] ?? '';
  for (const [, tag, text] of form.matchAll(/<textarea([^>]*)>([\s\S]*?)<\/textarea>/g)) {
    // The first line end is dropped.
    const value = decoded(text!.replace(/^\n/, ''));
    fields[/ name="([^"]*)"/.exec(tag!)![1]!] = value.replace(/\r?\n/g, '\r\n');
  }
  return fields;
}

function decoded(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

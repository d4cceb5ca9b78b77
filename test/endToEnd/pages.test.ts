import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('pages of a pushed model', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    await seedDemo({ hubUrl: hub.url, token: hub.token });
    const copy = await hub.workingCopy({
      'README.md':
        '---\nlicense: mit\nthumbnail: img/t.png\n---\n# Loss $x$\n\n$$\ne=mc^2\n$$\n\n<script>window.__xss = 1</script>\n',
      'docs/page.html': '<script>alert(1)</script>',
    });
    await git(copy, 'push', `${hub.remote}/admin/formula`, 'main');
  });
  after(() => hub.close());

  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(hub.url + path, { redirect: 'manual', ...init });

  it('shows card, tags with links, reasons and the widget', async () => {
    const html = await (await get('/admin/demo-sentiment')).text();
    assert.match(html, /href="\/models\?pipeline_tag=text-classification"/);
    assert.match(html, /Why these tags\?/);
    assert.match(html, /<textarea[^>]*name="text"/);
  });

  it('answers the widget without script', async () => {
    const page = await get('/admin/demo-sentiment');
    const html = await page.text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const answer = await get('/admin/demo-sentiment', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: hub.url },
      body: new URLSearchParams({ csrf, text: 'I love this' }),
    });
    const shown = await answer.text();
    assert.equal(answer.status, 200, shown);
    assert.match(shown, /POSITIVE[\s\S]*<td[^>]*>0\.\d{3}</);
  });

  it('renders formulas, drops scripts, and names the thumbnail for social cards', async () => {
    const html = await (await get('/admin/formula')).text();
    assert.match(html, /class="katex/);
    assert.doesNotMatch(html, /__xss/);
    assert.match(html, /og:image" content="[^"]*\/admin\/formula\/resolve\/main\/img\/t\.png"/);
    assert.match(html, /summary_large_image/);
  });

  for (const path of ['tree/main', 'tree/main/docs', 'blob/main/README.md', 'raw/main/README.md', 'commits/main']) {
    it(`answers ${path}`, async () => {
      assert.equal((await get(`/admin/formula/${path}`)).status, 200);
    });
  }

  it('serves what people pushed as text, sandboxed, in ranges and with validators', async () => {
    const whole = await get('/admin/formula/resolve/main/docs/page.html');
    assert.match(whole.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(whole.headers.get('content-security-policy') ?? '', /^sandbox/);
    assert.match(whole.headers.get('x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
    const part = await get('/admin/formula/resolve/main/docs/page.html', { headers: { range: 'bytes=0-6' } });
    assert.equal(part.status, 206);
    assert.equal(await part.text(), '<script');
    const same = await get('/admin/formula/resolve/main/docs/page.html', {
      headers: { 'if-none-match': whole.headers.get('etag')! },
    });
    assert.equal(same.status, 304);
    const beyond = await get('/admin/formula/resolve/main/docs/page.html', { headers: { range: 'bytes=9999-' } });
    assert.equal(beyond.status, 416);
    assert.match(beyond.headers.get('content-range') ?? '', /^bytes \*\/\d+$/);
    assert.equal(beyond.headers.get('content-disposition'), null);
  });

  it('turns inference off at every door where the card says so', async () => {
    const copy = await hub.workingCopy({
      'README.md': '---\ninference: off\npipeline_tag: fill-mask\nlicense: apache2\n---\n# Off\n',
      'model.onnx': 'x',
    });
    await git(copy, 'push', `${hub.remote}/admin/off`, 'main');
    const answer = await get('/models/admin/off', { method: 'POST', body: JSON.stringify({ inputs: 'x' }) });
    assert.equal(answer.status, 403);
    assert.match(((await answer.json()) as { error: string }).error, /inference: off/);
    const page = await (await get('/admin/off')).text();
    assert.match(page, /Not available: README\.md says/);
    assert.match(page, /2 problems in what this model says of itself/);
    const own = await (await get('/admin/off', { headers: { authorization: `Bearer ${hub.token}` } })).text();
    assert.match(own, /href="\/admin\/off\/edit\/main\/README\.md">Fix</);
    assert.match(
      own,
      /README\.md line 4: [^<]+ is no licence identifier\. Did you mean (&quot;|")apache-2\.0(&quot;|")\?/,
    );
    for (const headers of [{}, { 'X-Fragment': 'widget' }] as Record<string, string>[]) {
      const form = await get('/admin/off', {
        method: 'POST',
        headers,
        body: new URLSearchParams({ text: 'x [MASK]' }),
      });
      assert.equal(form.status, 403);
      assert.match(await form.text(), /inference: off/);
    }
  });

  it('turns inference off at every commit once the card of the default branch does, and at those whose card does', async () => {
    const cardWith = (line: string) => `---\n${line}\npipeline_tag: fill-mask\n---\n`;
    const copy = await hub.workingCopy({ 'README.md': cardWith('license: mit'), 'model.onnx': 'x', 'vocab.txt': 'a' });
    await git(copy, 'branch', 'feat/on');
    await writeFile(path.join(copy, 'README.md'), cardWith('inference: no'));
    await git(copy, 'commit', '--quiet', '--all', '--message=off');
    await git(copy, 'branch', 'off');
    const ask = async (revision: string) => {
      const answer = await get(`/models/admin/switch${revision}`, { method: 'POST', body: '{"inputs":"x"}' });
      return { status: answer.status, error: ((await answer.json()) as { error: string }).error };
    };
    const stateOf = async (revision: string) =>
      ((await (await get(`/status/admin/switch${revision}`)).json()) as { state: string }).state;

    await git(copy, 'push', `${hub.remote}/admin/switch`, 'main', 'feat/on', 'off');
    for (const revision of ['', '@feat/on', '@feat%2Fon', '?revision=feat/on']) {
      assert.equal((await ask(revision)).status, 403, revision);
      assert.equal(await stateOf(revision), 'Unavailable', revision);
    }

    await git(copy, 'push', '--force', `${hub.remote}/admin/switch`, 'feat/on:main');
    assert.deepEqual([await stateOf(''), await stateOf('@off')], ['Loadable', 'Unavailable']);
    assert.equal((await ask('@off')).status, 403);
    assert.equal((await ask('@feat/none')).error, 'Invalid rev id: feat/none');
  });

  it('lets only those who manage it change a repository, and forgets a deleted one', async () => {
    assert.equal((await get('/admin/formula/settings')).status, 303);
    const authorization = `Bearer ${hub.token}`;
    const page = await get('/admin/formula/settings', { headers: { authorization } });
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    assert.ok(csrf);
    const withoutToken = await get('/admin/formula/settings', {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ do: 'hide' }),
    });
    assert.equal(withoutToken.status, 403);
    assert.equal((await get('/admin/formula')).status, 200);
  });

  it('answers missing files and revisions with 404 pages', async () => {
    for (const path of ['/admin/formula/tree/nope', '/admin/formula/blob/main/none', '/admin/nothing']) {
      assert.equal((await get(path)).status, 404, path);
    }
  });
});

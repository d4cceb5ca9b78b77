import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContext, launchBrowser, needsBrowser, watchForTrouble } from '../support/browser.js';
import { bombFiles, hostileFiles } from '../support/hostileRepository.js';
import { git, type RealHub, run, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('a hostile repository', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let browser: Browser;
  let context: BrowserContext;
  let session: string;
  const branch = `<img/src=x/onerror=window.hostile=40>`;

  before(async function () {
    needsBrowser(this);
    hub = await startRealHub({ '--external-images': 'false' });
    const copy = await hub.workingCopy(hostileFiles());
    await git(
      copy,
      'commit',
      '--quiet',
      '--allow-empty',
      '--message=<script>window.hostile=41</script>\n\n"><img src=x onerror=window.hostile=42>',
    );
    await push(copy, 'hostile', 'main', `main:refs/heads/${branch}`, `main:refs/tags/'"><b>`);
    await push(await hub.workingCopy(bombFiles()), 'bombs', 'main');
    await push(await links(), 'links', 'main');
    await tellLies();
    const owner = new WebClient(hub.url);
    await owner.logIn('admin');
    session = owner.cookie('hub_session')!;
    browser = await launchBrowser();
    context = await browser.newContext();
  });
  after(async () => {
    await browser?.close();
    await hub?.close();
  });

  async function push(copy: string, name: string, ...refs: string[]): Promise<void> {
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, ...refs);
    assert.equal(pushed.code, 0, pushed.text);
  }

  /** What people say of themselves, of organisations, and to administrators. */
  async function tellLies(): Promise<void> {
    const { accounts, profiles, reports, catalog } = hub.hub.services;
    const admin = accounts.userByName('admin')!;
    const lie =
      '<script>window.hostile=60</script>"><img src=https://evil.example/bio.png onerror=window.hostile=61>\u202e';
    accounts.addOrganization('liars', admin.id);
    for (const name of ['admin', 'liars']) profiles.set(name, { fullName: lie.slice(0, 90), bio: lie });
    accounts.addToken(admin.id, { label: lie, role: 'read' });
    const { id } = catalog.find('model', 'admin', 'hostile')!;
    reports.add({ repoId: id, userId: admin.id, reason: 'legal', text: lie });
  }

  /** Symbolic links out of the repository in the places that are read, and a submodule. */
  async function links(): Promise<string> {
    const copy = await hub.workingCopy({
      'notes.txt': 'x',
      '.gitmodules':
        '[submodule "<b>x</b>"]\n\tpath = sub\n\turl = https://evil.example/<script>window.hostile=43</script>\n',
    });
    for (const name of [
      'README.md',
      'config.json',
      'tokenizer.json',
      'model.onnx',
      'model.safetensors',
      '.gitattributes',
    ])
      await symlink(name === 'config.json' ? '../../../../../hub.sqlite' : '/etc/passwd', path.join(copy, name));
    await symlink('..', path.join(copy, 'up'));
    await git(copy, 'add', '--all');
    await git(copy, 'update-index', '--add', '--cacheinfo', `160000,${'d'.repeat(40)},sub`);
    await git(copy, 'commit', '--quiet', '--message=links');
    return copy;
  }

  async function namesIn(name: string, recursive: boolean): Promise<readonly string[]> {
    const folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name });
    const { text } = await run(
      'git',
      ['ls-tree', ...(recursive ? ['-r'] : ['-d']), '-z', '--name-only', 'main'],
      folder,
    );
    return text.split('\0').filter(Boolean);
  }
  const encoded = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

  /** Opens a page as a person does and says what it did that it must not. */
  async function visit(target: string): Promise<string[]> {
    const page = await context.newPage();
    try {
      const trouble = watchForTrouble(page, hub.url);
      page.on('dialog', (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      const response = await page.goto(hub.url + target, { waitUntil: 'load', timeout: 20_000 });
      if (response?.status() !== 200) trouble.push(`status ${response?.status()}`);
      if (!new URL(page.url()).pathname.startsWith(new URL(hub.url + target).pathname.slice(0, 6)))
        trouble.push(`led to ${page.url()}`);
      const found = await page.evaluate(() => {
        const window = globalThis as unknown as {
          hostile?: unknown;
          polluted?: unknown;
          document: { querySelectorAll(selector: string): ArrayLike<{ outerHTML: string }> };
        };
        const elements = window.document.querySelectorAll(
          'main :is(iframe, object, embed, base, meta, form[action*="evil"], [src*="evil.example"], [style*="evil"]), a[href^="javascript:" i], a[href^="data:" i], a[href^="vbscript:" i]',
        );
        return {
          ran: window.hostile,
          polluted: (Object.prototype as { polluted?: unknown }).polluted,
          elements: Array.from(elements, (element) => element.outerHTML.slice(0, 120)),
        };
      });
      if (found.ran !== undefined) trouble.push(`script ${String(found.ran)} ran`);
      if (found.polluted !== undefined) trouble.push('the prototype was changed');
      return [...trouble, ...found.elements];
    } finally {
      await page.close();
    }
  }

  async function visitAll(targets: readonly string[]): Promise<void> {
    const troubles: string[] = [];
    for (const target of targets) for (const trouble of await visit(target)) troubles.push(`${target}: ${trouble}`);
    assert.deepEqual(troubles, []);
  }

  it('has a card that is rendered, but for one that is nested too deep', async () => {
    const card = await (await fetch(`${hub.url}/admin/hostile`)).text();
    assert.match(card, /<h2 id="hello">Hello/);
    assert.match(card, /<blockquote>/);
    const deep = await (await fetch(`${hub.url}/admin/hostile/blob/main/deep.md`)).text();
    assert.match(deep, /shown as it was written/);
  });

  it('has a page on which no script runs and from which no request leaves', async () => {
    await visitAll(['/admin/hostile', '/admin/hostile/tree/main', '/admin/hostile/commits/main', '/admin', '/models']);
    await visitAll([
      `/admin/hostile/tree/${encodeURIComponent(branch)}`,
      `/admin/hostile/commits/${encodeURIComponent(branch)}`,
    ]);
    await visitAll([`/admin/hostile/tree/${encodeURIComponent(`'"><b>`)}`]);
    const folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: 'hostile' });
    const { text } = await run('git', ['rev-list', 'main'], folder);
    await visitAll(
      text
        .trim()
        .split('\n')
        .map((oid) => `/admin/hostile/commit/${oid}`),
    );
  });

  it('has a page for every file, whatever its name', async () => {
    await visitAll((await namesIn('hostile', true)).map((file) => `/admin/hostile/blob/main/${encoded(file)}`));
    await visitAll((await namesIn('hostile', false)).map((folder) => `/admin/hostile/tree/main/${encoded(folder)}`));
  });

  it('has an owner, an organisation and reports that harm nobody', async () => {
    await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
    await visitAll([
      ...['/', '/admin', '/liars', '/settings/profile', '/settings/tokens', '/settings/organizations'],
      ...['/organizations/liars/settings/profile', '/organizations/liars/settings/members'],
      ...['', '/users', '/repos', '/jobs', '/storage', '/reports', '/quarantine'].map((name) => `/-/admin${name}`),
      ...['/settings', '/report', '/refs', '/edit/main/README.md', '/delete/main/README.md', '/upload/main'].map(
        (name) => `/admin/hostile${name}`,
      ),
    ]);
    await context.clearCookies();
  });

  it('is served byte for byte, as text that no browser runs', async () => {
    for (const file of await namesIn('hostile', true)) {
      for (const door of ['raw', 'resolve']) {
        const answer = await fetch(`${hub.url}/admin/hostile/${door}/main/${encoded(file)}`);
        assert.equal(answer.status, 200, file);
        assert.doesNotMatch(answer.headers.get('content-type') ?? '', /html|xml|javascript|css/, file);
        assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/, file);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', file);
        assert.doesNotMatch(answer.headers.get('content-disposition') ?? '', /[\r\n\u0080-\uffff]/, file);
      }
    }
    const svg = await visit('/admin/hostile/raw/main/page.svg');
    assert.deepEqual(svg, []);
  });

  it('is found, filtered and listed without harm', async () => {
    const info = (await (await fetch(`${hub.url}/api/models/admin/hostile`)).json()) as { tags: string[] };
    await visitAll([
      `/models?other=${info.tags.map(encodeURIComponent).join('&other=')}`,
      ...info.tags.map((tag) => `/models?filter=${encodeURIComponent(tag)}`),
      `/models?search=${encodeURIComponent('<script>window.hostile=50</script>')}`,
      `/models?search=${encodeURIComponent('"><img src=x onerror=window.hostile=51>')}`,
      `/models?sort=${encodeURIComponent('<script>')}&p=-1&license=${encodeURIComponent('"><svg onload=window.hostile=52>')}`,
    ]);
  });

  it('with bombs costs little: every page answers in bounded time and memory', async () => {
    const before = process.memoryUsage().rss;
    const began = Date.now();
    await visitAll(['/admin/bombs', '/admin/bombs/tree/main', '/admin/bombs/commits/main']);
    await visitAll((await namesIn('bombs', true)).map((file) => `/admin/bombs/blob/main/${encoded(file)}`));
    assert.ok(Date.now() - began < 60_000, `${Date.now() - began} ms`);
    assert.ok(process.memoryUsage().rss - before < 400 * 1_048_576, 'memory');
    const called = await fetch(`${hub.url}/models/admin/bombs`, { method: 'POST', body: '{"inputs":"x"}' });
    assert.ok(called.status >= 400 && called.status < 500, String(called.status));
  });

  it('with symbolic links shows where they lead and never what is there', async () => {
    await visitAll(['/admin/links', '/admin/links/tree/main', '/admin/links/commits/main']);
    for (const file of [
      'README.md',
      'config.json',
      'tokenizer.json',
      'model.onnx',
      'model.safetensors',
      'up',
      '.gitmodules',
    ]) {
      for (const door of ['raw', 'resolve', 'blob']) {
        const text = await (await fetch(`${hub.url}/admin/links/${door}/main/${file}`)).text();
        assert.doesNotMatch(text, /root:.*:0:0|SQLite format/, `${door} ${file}`);
      }
    }
    const card = await (await fetch(`${hub.url}/admin/links`)).text();
    assert.doesNotMatch(card, /root:.*:0:0/);
    const through = await fetch(`${hub.url}/admin/links/raw/main/up/links/notes.txt`);
    assert.equal(through.status, 404);
    const called = await fetch(`${hub.url}/models/admin/links`, { method: 'POST', body: '{"inputs":"x"}' });
    assert.ok(called.status >= 400 && called.status < 500, String(called.status));
    for (const door of ['raw', 'resolve'])
      assert.equal((await fetch(`${hub.url}/admin/links/${door}/main/sub`)).status, 404, door);
    for (const door of ['tree', 'blob'])
      assert.ok((await fetch(`${hub.url}/admin/links/${door}/main/sub`)).status < 500, door);
  });

  it('leaves a hub that still answers', async () => {
    assert.equal((await fetch(`${hub.url}/healthz`)).status, 200);
  });
});

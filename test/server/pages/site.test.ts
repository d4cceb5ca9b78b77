import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { HubError } from '../../../config/errors.js';
import { isReserved } from '../../../config/reserved.js';
import { iconSprite, styleSheet } from '../../../server/pages/assets.js';
import { routes } from '../../../server/pages/index.js';
import { docs } from '../../../views/docs/table.js';
import { type FakeHub, fakeHub } from '../../support/fakeServices.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';
import { WebClient } from '../../support/webClient.js';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; media-src 'self' data: blob:; connect-src 'self'; " +
  "font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

describe('pages of the site', () => {
  let hub: FakeHub;
  let server: PageServer;
  let client: WebClient;

  beforeEach(async () => {
    hub = fakeHub();
    hub.addUser('admin', { isAdmin: true });
    hub.addUser('marie');
    for (let i = 0; i < 65; i++) {
      hub.addModel({
        id: `${i % 2 ? 'marie' : 'acme'}/model-${i}`,
        task: i % 3 ? 'fill-mask' : 'text-classification',
        tags: [i % 2 ? '*pytorch' : '*onnx', 'fr', 'dataset:glue', 'license:mit', 'bert'],
        downloads: i,
        private: i === 7,
        runnable: i % 2 === 0,
      });
    }
    server = await startPageServer(hub.services);
    client = new WebClient(server.url);
  });

  afterEach(() => server.close());

  it('sends the same headers with every page', async () => {
    for (const path of [
      '/',
      '/models',
      '/datasets',
      '/login',
      '/docs/hub/index',
      '/marie',
      '/nothing/here',
      '/-/admin',
    ]) {
      const { headers } = await client.get(path);
      assert.equal(headers.get('content-security-policy'), policy, path);
      assert.equal(headers.get('referrer-policy'), 'same-origin');
      assert.equal(headers.get('permissions-policy'), 'microphone=(self), camera=(self)');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
      assert.match(headers.get('content-type') ?? '', /^text\/html; charset=utf-8/);
    }
  });

  it('has no inline script, no style attribute and one h1 on any page', async () => {
    for (const path of [
      '/',
      '/models',
      '/models?search=zzz',
      '/login',
      '/join',
      '/docs/hub/faq',
      '/marie',
      '/nothing',
    ]) {
      const { text } = await client.get(path);
      assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:/i, path);
      assert.equal(text.match(/<h1\b/g)?.length, 1, path);
      assert.match(text, /^<!doctype html>\n<html lang="en">/);
    }
  });

  it('answers an unchanged page with 304 to people who are not signed in', async () => {
    const first = await client.get('/docs/hub/index');
    const etag = first.headers.get('etag')!;
    // fetch() would add "Cache-Control: no-cache" and with it ask for the whole page.
    const again = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'If-None-Match': etag, 'Accept-Encoding': 'gzip, deflate' };
      httpGet(`${server.url}/docs/hub/index`, { headers }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    assert.equal(again, 304);
    assert.equal(first.headers.getSetCookie().length, 0);
  });

  it('answers HEAD like GET, refuses other methods, follows no trailing slash', async () => {
    const head = await client.request('/models', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    const put = await client.request('/models', { method: 'PUT' });
    assert.equal(put.status, 405);
    assert.equal(put.headers.get('allow'), 'GET, HEAD');
    const slash = await client.get('/models/');
    assert.equal(slash.status, 308);
    assert.equal(slash.headers.get('location'), '/models');
  });

  it('serves the style sheet, icons and modules for ever, packed', async () => {
    const { text } = await client.get('/');
    const css = /href="(\/assets\/hub\.[0-9a-f]+\.css)"/.exec(text)![1]!;
    const icons = /href="(\/assets\/icons\.[0-9a-f]+\.svg)#/.exec(text)![1]!;
    for (const [path, type] of [
      [css, 'text/css; charset=utf-8'],
      [icons, 'image/svg+xml'],
    ] as const) {
      const { status, headers } = await client.get(path);
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), type);
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(headers.get('content-encoding'), 'gzip');
    }
    assert.equal((await client.get('/assets/../package.json')).status, 404);
    assert.equal((await client.get('/assets/hub.000000000000.css')).status, 404);
  });

  it('keeps the budgets of style sheet, sprite and list', async () => {
    assert.ok(gzipSync(styleSheet(), { level: 9 }).length <= 14_000);
    assert.ok(styleSheet().length <= 60_000);
    assert.ok(iconSprite().length <= 20_000);
    const { text } = await client.get('/models');
    assert.ok(text.length <= 110_000, `${text.length}`);
    assert.ok(gzipSync(text, { level: 9 }).length <= 18_000);
    assert.ok(text.match(/<[a-z]/g)!.length <= 1500);
    assert.ok(gunzipSync(gzipSync(text)).length > 0);
  });

  it('redirects the plain form to the tidy address', async () => {
    const { status, headers } = await client.get(
      '/models?search=&library=pytorch&library=onnx&license=mit&sort=downloads',
    );
    assert.equal(status, 302);
    assert.equal(headers.get('location'), '/models?library=pytorch,onnx&license=mit');
    assert.equal((await client.get('/models?library=pytorch,onnx&utm_source=x')).status, 200);
    const shouted = await client.get('/models?author=MARIE&library=PyTorch&filter=fill-mask');
    assert.equal(shouted.headers.get('location'), '/models?author=marie&pipeline_tag=fill-mask&library=pytorch');
  });

  it('filters by whether the widget answers', async () => {
    const found = await client.get('/models?inference=warm');
    assert.match(found.text, /33 models/);
    assert.equal(found.text.match(/widget ready/g)?.length, 30);
    assert.match(found.text, /aria-label="Remove filter Inference: Widget ready"/);
    assert.match(found.text, /name="inference" value="warm" checked/);
  });

  it('filters, counts and pages', async () => {
    const all = await client.get('/models');
    assert.match(all.text, /64 models/);
    assert.equal(all.text.match(/<li class="row">/g)?.length, 30);
    const last = await client.get('/models?p=2');
    assert.equal(last.text.match(/<li class="row">/g)?.length, 4);
    assert.match((await client.get('/models?p=9')).text, /3 pages/);
    const some = await client.get('/models?pipeline_tag=fill-mask&language=fr');
    assert.match(some.text, /aria-label="Remove filter Task: Fill-Mask"/);
    assert.match(some.text, /aria-label="Remove filter Language: French"/);
    assert.match(
      some.text,
      /<link rel="canonical" href="http:\/\/127\.0\.0\.1:\d+\/models\?pipeline_tag=fill-mask&amp;language=fr"/,
    );
  });

  it('lists datasets that models name and nobody pushed, while only names are asked for', async () => {
    const missing = /<a href="\/models\?dataset=imdb"><span class="mono">imdb<\/span>.*?2 models/;
    assert.match((await client.get('/datasets')).text, missing);
    assert.match((await client.get('/datasets?search=nowhere')).text, missing);
    assert.doesNotMatch((await client.get('/datasets?language=de')).text, missing);
    assert.doesNotMatch((await client.get('/models')).text, missing);
  });

  it('offers the query that asks less when nothing matches', async () => {
    const { text } = await client.get('/models?search=nowhere&library=onnx');
    assert.match(text, /Nothing matches/);
    assert.match(text, /href="\/models\?library=onnx">Without “nowhere”<\/a> gives 33 models/);
    const two = await client.get('/models?search=nowhere&author=nobody&library=onnx');
    assert.match(
      two.text,
      /href="\/models\?library=onnx">Without the owner nobody, without “nowhere”<\/a> gives 33 models/,
    );
  });

  it('hands the script a piece of the page with its tidy address', async () => {
    const { text, headers } = await client.get('/models?library=onnx&library=pytorch', { 'X-Fragment': 'results' });
    assert.match(text, /^<form class="listing"/);
    assert.equal(headers.get('x-canonical'), '/models?library=onnx,pytorch');
  });

  it('lists private repositories to their owner only', async () => {
    assert.doesNotMatch((await client.get('/models?search=model-7')).text, /href="\/marie\/model-7"/);
    await client.logIn('marie');
    assert.match((await client.get('/models?search=model-7')).text, /href="\/marie\/model-7"/);
  });

  it('escapes what people type and push', async () => {
    hub.addModel({ id: 'acme/x', tags: ['"><script>alert(1)</script>'], summary: '"><img src=x onerror=alert(1)>' });
    for (const path of [
      '/models?search=%22%3E%3Cscript%3E',
      '/models?other=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
      '/models?author=%3Cb%3E',
      '/%3Cscript%3E',
    ]) {
      const { text } = await client.get(path);
      assert.doesNotMatch(text, /<script>|<b>|<img/, path);
    }
    const { status, text } = await client.get('/languages?search=a%00b');
    assert.deepEqual([status, text.includes('\0'), text.includes('a\ufffdb')], [200, false, true]);
  });

  it('shows profiles, follows their spelling and one-segment names', async () => {
    assert.match((await client.get('/marie')).text, /31 models/);
    assert.equal((await client.get('/MARIE')).headers.get('location'), '/marie');
    assert.equal((await client.get('/marie/models')).headers.get('location'), '/models?author=marie');
    const alias = await client.get('/t5-base?text=x');
    assert.equal(alias.status, 307);
    assert.equal(alias.headers.get('location'), '/acme/model-0?text=x');
    assert.equal((await client.get('/nobody')).status, 404);
    assert.equal((await client.get('/%ff')).status, 400);
  });

  it('says of an address with an empty part what is wrong with it, and leads nowhere else', async () => {
    for (const path of [
      '/marie//evals',
      '//',
      '//evil.example/',
      '/models//',
      '/datasets//x',
      '/acme/model-0//tree/main',
    ]) {
      const { status, text, headers } = await client.get(path);
      assert.equal(status, 400, path);
      assert.equal(headers.get('location'), null);
      assert.match(text, /two slashes follow each other/);
    }
  });

  it('has a page for each document and follows old names', async () => {
    for (const { slug } of docs) assert.equal((await client.get(`/docs/hub/${slug}`)).status, 200, slug);
    assert.equal((await client.get('/docs')).headers.get('location'), '/docs/hub/index');
    for (const [old, today] of Object.entries({
      main: 'index',
      'model-repos': 'model-cards',
      inference: 'models-inference',
      'input-examples': 'models-widgets-examples',
    })) {
      assert.equal((await client.get(`/docs/hub/${old}`)).headers.get('location'), `/docs/hub/${today}`);
    }
    assert.equal((await client.get('/docs/hub/unknown')).status, 404);
    const cards = (await client.get('/docs/hub/model-cards')).text;
    for (const anchor of ['model-card-metadata', 'list-of-license-identifiers'])
      assert.match(cards, new RegExp(`id="${anchor}"`));
    assert.match((await client.get('/docs/hub/api')).text, new RegExp(`HF_ENDPOINT=${server.url}`));
  });

  it('remembers the theme', async () => {
    const { headers } = await client.post('/-/theme', { theme: 'dark', next: '/models' });
    assert.equal(headers.get('location'), '/models');
    assert.match((await client.get('/models')).text, /<html lang="en" data-theme="dark">/);
    await client.post('/-/theme', { theme: 'auto', next: '/' });
    assert.match((await client.get('/')).text, /<html lang="en">/);
  });

  it('answers failures with a page, a code, and headers that scripts read', async () => {
    const missing = await client.get('/acme/never?x=1');
    assert.equal(missing.status, 404);
    assert.match(missing.text, /Nothing here/);
    assert.match(missing.text, /href="\/login\?next=%2Facme%2Fnever%3Fx%3D1"/);
    assert.equal(missing.headers.get('x-error-message'), 'Repository not found');
    assert.equal(missing.headers.get('x-error-code'), 'RepoNotFound');
    assert.ok(missing.text.includes(missing.headers.get('x-request-id')!));
    const cases = [
      [new HubError('STORAGE_FULL', { freeBytes: 1, floorBytes: 2 }), 507, 'The disk is nearly full'],
      [new HubError('BUSY', { what: 'git', seconds: 7 }), 503, 'Busy right now'],
      [new HubError('FORBIDDEN', { reason: 'Only owners' }), 403, 'You may not do this'],
      [new Error('secret detail'), 500, 'Something went wrong'],
    ] as const;
    for (const [error, status, title] of cases) {
      hub.services.index.list = () => Promise.reject(error);
      const { status: got, text, headers } = await client.get('/models');
      assert.equal(got, status);
      assert.match(text, new RegExp(title));
      assert.doesNotMatch(text, /secret detail/);
      assert.ok(text.includes(headers.get('x-request-id')!));
      assert.equal(headers.get('content-security-policy'), policy);
      if (status === 503) assert.equal(headers.get('retry-after'), '7');
    }
  });

  it('refuses bad credentials in a header', async () => {
    for (const authorization of ['Bearer hf_wrong', `Basic ${btoa('marie:wrong')}`, 'Basic !!!', 'Digest x']) {
      const { status, headers } = await client.get('/models', { Authorization: authorization });
      assert.equal(status, 401, authorization);
      assert.equal(headers.get('x-error-message'), 'Invalid credentials in Authorization header');
      assert.match(headers.get('www-authenticate') ?? '', /^Basic realm=/);
    }
    const { token } = hub.services.accounts.addToken(2, { label: 'x', role: 'read' });
    for (const authorization of [
      `Bearer ${token}`,
      `Basic ${btoa(`any:${token}`)}`,
      `Basic ${btoa(`${token}:`)}`,
      `Basic ${btoa('marie:correct horse')}`,
    ]) {
      assert.match((await client.get('/', { Authorization: authorization })).text, /Account of marie/);
    }
  });

  it('takes no first segment that an account could have', () => {
    for (const { path, reserved } of routes) {
      const first = typeof path === 'string' ? path.split('/')[1]! : '';
      for (const segment of reserved ?? (first ? [first] : [])) assert.ok(isReserved(segment), segment);
    }
  });
});

describe('a hub that strangers may not read', () => {
  it('asks to sign in everywhere but at its door', async () => {
    const hub = fakeHub({ anonymousRead: false });
    const server = await startPageServer(hub.services);
    try {
      const client = new WebClient(server.url);
      for (const path of ['/', '/models', '/marie'])
        assert.equal((await client.get(path)).headers.get('location'), `/login?next=${encodeURIComponent(path)}`);
      assert.equal((await client.get('/login')).status, 200);
    } finally {
      await server.close();
    }
  });
});

describe('the home page of a small hub', () => {
  it('lists the most downloaded models where something was downloaded, not the same rows twice', async () => {
    const hub = fakeHub();
    hub.addModel({ id: 'ada/older', ageMs: 9_000_000 });
    hub.addModel({ id: 'ada/newer', downloads: 2 });
    const server = await startPageServer(hub.services);
    const client = new WebClient(server.url);
    const both = (await client.get('/')).text;
    assert.match(both, /Most downloaded/);
    assert.equal(both.match(/href="\/ada\/newer"/g)?.length, 2);
    assert.equal(both.match(/href="\/ada\/older"/g)?.length, 1);
    hub.models[1] = { ...hub.models[1]!, downloads: 0 };
    assert.doesNotMatch((await client.get('/')).text, /Most downloaded/);
    hub.models.shift();
    hub.models[0] = { ...hub.models[0]!, downloads: 5 };
    assert.doesNotMatch((await client.get('/')).text, /Most downloaded/);
    await server.close();
  });
});

describe('a fresh hub', () => {
  it('says what to do first', async () => {
    const server = await startPageServer(fakeHub().services);
    try {
      const { text } = await new WebClient(server.url).get('/');
      assert.match(text, /No models yet/);
      assert.match(text, /git clone http:\/\/127\.0\.0\.1/);
    } finally {
      await server.close();
    }
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, launchBrowser, needsBrowser, type Page, watchForTrouble } from './browser.js';

describe('watchForTrouble', function () {
  this.timeout(60_000);
  let browser: Browser;
  let url: string;
  let page: Page;
  let trouble: string[];
  /** Of the image that is asked for and never sent. */
  let unanswered: Promise<ServerResponse>;
  let asked: (response: ServerResponse) => void;

  const server = createServer((request, response) => {
    if (request.url === '/never.png') return asked(response);
    if (request.url === '/broken.png') return request.socket.destroy();
    if (request.url!.startsWith('/blocked')) response.setHeader('content-security-policy', "img-src 'none'");
    if (request.url!.startsWith('/assets/')) response.statusCode = 404;
    response.setHeader('content-type', 'text/html');
    const image = new URL(request.url!, url).searchParams.get('image') ?? 'data:,';
    response.end(`<!doctype html><link rel="icon" href="data:,"><img src="${image}" alt="">`);
  });

  before(async function () {
    needsBrowser(this);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    unanswered = new Promise((resolve) => {
      asked = resolve;
    });
    page = await browser.newPage();
    trouble = watchForTrouble(page, url);
  });
  afterEach(() => page.close());

  it('bears a request that ends because the page is left', async () => {
    const ended = page.waitForEvent('requestfailed');
    await page.goto(`${url}/?image=/never.png`, { waitUntil: 'commit' });
    await unanswered;
    await page.goto(`${url}/`);
    assert.match((await ended).url(), /never\.png$/);
    assert.deepEqual(trouble, []);
  });

  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an asset that is not there', '/?image=/assets/gone.svg', /^missing: .*\/assets\/gone\.svg$/m],
    ['a connection that breaks', '/?image=/broken.png', /^failed: .*\/broken\.png net::/m],
    ['what the policy blocks', '/blocked?image=/any.png', /^console: .*Content Security Policy/m],
    ['a request to elsewhere', '/?image=http://localhost:9/x.png', /^elsewhere: http:\/\/localhost:9\/x\.png$/m],
  ];
  for (const [what, address, expected] of cases) {
    it(`sees ${what}`, async () => {
      await page.goto(url + address, { waitUntil: 'networkidle' });
      assert.match(trouble.join('\n'), expected);
    });
  }
});

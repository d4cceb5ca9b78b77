import assert from 'node:assert/strict';
import { Router } from 'express';
import { serveOperations } from '../../../server/api/frame/serveOperations.js';
import { quickSearch } from '../../../server/api/listing/quickSearch.js';
import { authenticate } from '../../../server/authenticate.js';
import {
  axeViolations,
  type Browser,
  launchBrowser,
  needsBrowser,
  type Page,
  sidewaysOverflow,
  watchForTrouble,
} from '../../support/browser.js';
import { demoHub } from '../../support/demoHub.js';
import type { FakeHub } from '../../support/fakeServices.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';

describe('pages in a browser', function () {
  this.timeout(60_000);
  let hub: FakeHub;
  let server: PageServer;
  let browser: Browser;
  let page: Page;
  let trouble: string[];

  before(async function () {
    needsBrowser(this);
    hub = demoHub();
    server = await startPageServer(
      hub.services,
      Router()
        .use(authenticate(hub.services))
        .use(serveOperations(hub.services, [quickSearch])),
    );
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(path: string, options: { script?: boolean; width?: number; as?: number } = {}): Promise<void> {
    const { script = true, width = 1280, as } = options;
    const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width, height: 900 } });
    if (as)
      await context.addCookies([
        { name: 'hub_session', value: hub.services.accounts.openSession(as), url: server.url },
      ]);
    page = await context.newPage();
    trouble = watchForTrouble(page, server.url);
    await page.goto(server.url + path, { waitUntil: 'networkidle' });
  }

  afterEach(async () => {
    await page?.context().close();
    assert.deepEqual(trouble ?? [], []);
  });

  it('filters without loading a page, keeps the focus, and goes back', async () => {
    await open('/models');
    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    await page.getByRole('checkbox', { name: /ONNX/ }).check();
    await page.getByRole('link', { name: 'Remove filter Library: ONNX' }).waitFor();
    assert.equal(new URL(page.url()).search, '?library=onnx');
    assert.equal(
      await page.evaluate(
        () =>
          (globalThis as unknown as { document: { activeElement: { value: string } } }).document.activeElement.value,
      ),
      'onnx',
    );
    await page.getByLabel('Sort').selectOption('modified');
    await page.waitForURL('**/models?library=onnx&sort=modified');
    await page.getByRole('link', { name: 'Remove filter Library: ONNX' }).click();
    await page.waitForURL('**/models?sort=modified');
    await page.goBack();
    await page.getByRole('link', { name: 'Remove filter Library: ONNX' }).waitFor();
    assert.equal(await page.getByRole('checkbox', { name: /ONNX/ }).isChecked(), true);
    assert.equal(await page.getByRole('button', { name: 'Apply filters' }).isVisible(), false);
    assert.equal((await page.locator('[data-without-script]:visible').count()) === 0, true);
  });

  it('searches on Enter, moves the focus when paging, and reaches the search by the keyboard', async () => {
    await open('/models');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tiny');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/models?search=tiny');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL('**/models?search=tiny&p=1');
    assert.equal(
      await page.evaluate(
        () => (globalThis as unknown as { document: { activeElement: { id: string } } }).document.activeElement.id,
      ),
      'results',
    );
  });

  it('suggests names, and leads to the one that is chosen by the keyboard', async () => {
    await open('/metrics');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('marie');
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    await list.getByRole('option', { name: 'marie/reviews-de' }).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    const search = page.getByRole('combobox', { name: 'Search models' });
    assert.equal(await search.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Escape');
    assert.equal(await list.isVisible(), false);
    assert.equal(await search.inputValue(), 'marie');
    await page.keyboard.press('ArrowDown');
    await list.waitFor();
    await search.fill('reviews');
    const only = list.getByRole('option', { name: 'marie/reviews-de' });
    await page.getByText('1 suggestion', { exact: true }).waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowDown');
    assert.equal(await only.getAttribute('aria-selected'), 'true');
    assert.equal(await search.getAttribute('aria-activedescendant'), await only.getAttribute('id'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/datasets/marie/reviews-de');
    // Pages of repositories need more than this hub has.
    trouble.length = 0;
  });

  it('finds people and datasets from the lists too, beside the filter of their own', async () => {
    await open('/datasets');
    await page.getByRole('combobox', { name: 'Search models' }).fill('marie');
    await page.getByRole('option', { name: 'marie', exact: true }).waitFor();
    assert.equal(await page.getByLabel('Filter datasets by name').inputValue(), '');
  });

  it('says while a name is written whether it is free', async () => {
    await open('/new', { as: 2 });
    await page.getByLabel('Name', { exact: true }).fill('My Model');
    await page.getByText(/A name has letters, digits/).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.getByLabel('Name', { exact: true }).fill('my-model');
    await page.getByText('marie/my-model is free.').waitFor();
  });

  it('begins the fields of a row at one height, whatever hint one of them has', async () => {
    await open('/new', { as: 2 });
    const [owner, name] = await Promise.all(
      ['Owner', 'Name'].map((label) => page.getByLabel(label, { exact: true }).boundingBox()),
    );
    assert.ok(Math.abs(owner!.y - name!.y) <= 1);
  });

  it('shows what a row can be done with on the narrowest pages, without scrolling', async () => {
    hub.services.accounts.addToken(2, { label: 'a laptop with a rather long name', role: 'write' });
    await open('/settings/tokens', { as: 2, width: 390 });
    const { x, width } = (await page.getByText('Revoke', { exact: true }).boundingBox())!;
    assert.ok(x >= 0 && x + width <= 390);
    await page.getByText('never').waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.getByText('Revoke', { exact: true }).click();
    await page.getByRole('button', { name: /^Revoke “a laptop/ }).click();
    await page.getByText('revoked').first().waitFor();
  });

  it('keeps name, buttons and menu in one line of 320 px', async () => {
    for (const as of [undefined, 2]) {
      await open('/models', { width: 320, as });
      const { y } = (await page.locator('.wordmark').boundingBox())!;
      assert.equal((await page.locator('.site-menu').boundingBox())!.y, y);
      await page.context().close();
    }
  });

  it('goes from the search to the list on Enter without a choice', async () => {
    await open('/metrics');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tiny');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/models?search=tiny');
  });

  it('takes Tab from the search to the sort, the filters and the results', async () => {
    await open('/models');
    await page.keyboard.press('Control+k');
    const places: string[] = [];
    for (let stops = 0; stops < 200 && places.at(-1) !== 'results'; stops++) {
      const place = await page.evaluate(placeOfFocus);
      if (place !== places.at(-1)) places.push(place);
      await page.keyboard.press('Tab');
    }
    assert.deepEqual(places, ['search', 'sort', 'filters', 'results']);
  });

  it('keeps what a facet is narrowed to when a value is chosen', async () => {
    hub.addModel({ id: 'marie/many', tags: Array.from({ length: 18 }, (_, at) => `dataset:set-${at}`) });
    await open('/models?search=many');
    const narrow = page.getByLabel('Narrow Datasets');
    await narrow.fill('set-17');
    await page.getByRole('checkbox', { name: /^set-17/ }).check();
    await page.waitForURL('**/models?search=many&dataset=set-17');
    await page.getByText('1 selected').waitFor();
    assert.equal(await narrow.inputValue(), 'set-17');
    assert.equal(await page.getByRole('checkbox', { name: /^set-3/ }).isVisible(), false);
    assert.equal(await page.getByRole('checkbox', { name: /^set-17/ }).evaluate((box) => box.matches(':focus')), true);
    hub.models.pop();
    hub.rows.pop();
  });

  it('clears the search by Escape, and offers all of them where nothing matches', async () => {
    await open('/models?search=nowhere');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByLabel('Filter models by name').inputValue(), '');
    await page.getByRole('link', { name: 'All models' }).click();
    await page.waitForURL(`${server.url}/models`);
    await page.getByText('60 models').waitFor();
  });

  it('begins with the results on a narrow screen, with or without script', async () => {
    for (const script of [true, false]) {
      await open('/models', { script, width: 360 });
      assert.equal(await page.getByRole('checkbox', { name: /ONNX/ }).isVisible(), false);
      await page.getByText('Filters', { exact: true }).click();
      await page.getByRole('checkbox', { name: /ONNX/ }).check();
      await page.context().close();
    }
    await open('/models', { script: false });
    assert.equal(await page.getByRole('checkbox', { name: /ONNX/ }).isVisible(), true);
  });

  it('filters, sorts and pages without script', async () => {
    await open('/models', { script: false });
    await page.getByRole('checkbox', { name: /ONNX/ }).check();
    await page.getByLabel('Sort').selectOption('likes');
    await page.getByRole('button', { name: 'Apply filters' }).click();
    assert.equal(page.url(), `${server.url}/models?library=onnx&sort=likes`);
    assert.equal(await page.getByRole('checkbox', { name: /ONNX/ }).isChecked(), true);
    await page.goto(`${server.url}/models`);
    await page.getByRole('link', { name: 'Next' }).click();
    assert.equal(page.url(), `${server.url}/models?p=1`);
  });

  it('logs in, makes and revokes a token, and makes a repository without script', async () => {
    await open('/settings/tokens', { script: false });
    await page.getByLabel('User name or e-mail').fill('marie');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();
    assert.equal(page.url(), `${server.url}/settings/tokens`);
    await page.getByLabel('Name').fill('laptop');
    await page.getByRole('button', { name: 'Make token' }).click();
    assert.match(await page.getByLabel('The new token').inputValue(), /^hf_/);
    await page.getByText('Revoke', { exact: true }).click();
    await page.getByRole('button', { name: 'Revoke “laptop”' }).click();
    await page.getByText('The token is revoked.').waitFor();
    await page.goto(`${server.url}/new`);
    await page.getByLabel('Name').fill('made-in-a-browser');
    await page.getByRole('button', { name: 'Make model' }).click();
    await page.waitForURL(`${server.url}/marie/made-in-a-browser`);
    // Pages of repositories are somebody else's: here the address answers 404.
    trouble.length = 0;
  });

  it('says how strong a new password is, and shows it when asked', async () => {
    await open('/settings/account');
    await page.getByLabel('User name or e-mail').fill('marie');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();
    const field = page.getByLabel('New password');
    for (const [password, says] of [
      ['short', '5 more characters.'],
      ['aaaaaaaaaaaa', 'Long enough, but of few different characters.'],
      ['correct horse battery', 'Strong.'],
    ] as const) {
      await field.fill(password);
      await page.getByText(says, { exact: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Show password' }).click();
    assert.equal(await field.getAttribute('type'), 'text');
  });

  it('copies what it offers to copy', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    await context.addCookies([{ name: 'hub_session', value: hub.services.accounts.openSession(1), url: server.url }]);
    page = await context.newPage();
    trouble = watchForTrouble(page, server.url);
    await page.goto(`${server.url}/-/admin`);
    await page.getByRole('button', { name: 'Make an invitation link' }).click();
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByText('Copied').waitFor({ state: 'attached' });
    const copied = await page.evaluate(() =>
      (
        globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
      ).navigator.clipboard.readText(),
    );
    assert.equal(copied, await page.getByLabel('Invitation link').inputValue());
  });

  it('shows each focused control, none behind another', async () => {
    await open('/models', { width: 800 });
    const unseen: string[] = [];
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(focusIsSeen);
      if (seen) unseen.push(seen);
    }
    assert.deepEqual(unseen, []);
  });

  for (const [path, as] of [
    ['/', undefined],
    ['/models?library=pytorch', undefined],
    ['/models?search=nowhere&library=onnx', undefined],
    ['/settings/tokens', 2],
    ['/nothing/here', undefined],
  ] as const) {
    it(`${path} is accessible and fits 320 px`, async () => {
      await open(path, { width: 360, as });
      assert.deepEqual(await axeViolations(page), []);
      await page.setViewportSize({ width: 320, height: 800 });
      assert.equal(await sidewaysOverflow(page), 0);
    });
  }
});

/** Runs in the page. @returns a description of the focused element when its focus cannot be seen, else null */
function focusIsSeen(): string | null {
  interface Box {
    readonly outerHTML: string;
    getBoundingClientRect(): { x: number; y: number; width: number; height: number };
    contains(other: unknown): boolean;
  }
  const { document, getComputedStyle, innerHeight } = globalThis as unknown as {
    document: { activeElement: Box; body: Box; elementFromPoint(x: number, y: number): Box | null };
    getComputedStyle(element: Box, pseudo?: string): { outlineStyle: string };
    innerHeight: number;
  };
  const element = document.activeElement;
  if (element === document.body) return null;
  const { x, y, width, height } = element.getBoundingClientRect();
  const outlined =
    getComputedStyle(element).outlineStyle !== 'none' || getComputedStyle(element, '::after').outlineStyle !== 'none';
  const onScreen = y >= 0 && y + height <= innerHeight + 1;
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  const uncovered = top !== null && (element.contains(top) || top.contains(element));
  return outlined && onScreen && uncovered
    ? null
    : `${outlined} ${onScreen} ${uncovered} ${element.outerHTML.slice(0, 120)}`;
}

/** Runs in the page. @returns the part of the list in which the focus is */
function placeOfFocus(): string {
  const { activeElement } = (
    globalThis as unknown as { document: { activeElement: { closest(selector: string): unknown } } }
  ).document;
  const parts = { search: '.listing-search', sort: '.listing-sort', filters: '.filters', results: '.results' };
  return Object.entries(parts).find(([, selector]) => activeElement.closest(selector))?.[0] ?? 'elsewhere';
}

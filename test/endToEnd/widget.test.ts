import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { seedDemo } from '../../server/demo/seedDemo.js';
import {
  axeViolations,
  type Browser,
  type BrowserContext,
  launchBrowser,
  needsBrowser,
  type Page,
  sidewaysOverflow,
  watchForTrouble,
} from '../support/browser.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

const maskModel = path.join(projectRoot, 'test', 'fixtures', 'models', 'roberta-mlm');
const demo = '/admin/demo-sentiment';

/** The widget in a real browser, asking a real hub. */
describe('the widget of a model', function () {
  this.timeout(90_000);
  let hub: RealHub;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  before(async function () {
    needsBrowser(this);
    hub = await startRealHub();
    await seedDemo({ hubUrl: hub.url, token: hub.token });
    const inputs = hub.hub.services.data.widgetInputs;
    mkdirSync(inputs, { recursive: true });
    writeFileSync(path.join(inputs, 'eo.json'), JSON.stringify({ 'fill-mask': [{ text: 'Parizo estas [MASK].' }] }));
    await push('mask-eo', { ...filesOf(maskModel), 'README.md': '---\nlanguage: eo\n---\n# Masko\n' });
    await push('mask-card', {
      ...filesOf(maskModel),
      'README.md':
        '---\nlanguage: en\nwidget:\n- text: "Rome is the <mask>."\n  example_title: Rome\n  output:\n  - token_str: capital\n    score: 0.75\n---\n# M\n',
    });
    await push('off', {
      'README.md':
        '---\npipeline_tag: text-classification\ninference: false\nwidget:\n- text: "Fine."\n  output:\n  - label: GOOD\n    score: 0.9\n- text: "Bad."\n  output:\n  - label: POOR\n    score: 0.8\n- text: "Without an answer."\n---\n# M\n',
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await hub?.close();
  });
  afterEach(async () => {
    await context?.close();
    assert.deepEqual(trouble ?? [], []);
  });

  async function push(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const copy = await hub.workingCopy(files);
    const { code, text } = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(code, 0, text);
  }

  async function open(address: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    trouble = watchForTrouble(page, hub.url);
    await page.goto(hub.url + address, { waitUntil: 'networkidle' });
  }

  /** What the API answers; the model is loaded then, and the answer kept. */
  async function askApi(inputs: string): Promise<unknown> {
    const answer = await fetch(`${hub.url}/models${demo}`, { method: 'POST', body: JSON.stringify({ inputs }) });
    return answer.json();
  }

  const widget = () => page.locator('#widget');
  const field = (name = 'Text') => widget().getByLabel(name, { exact: true });
  const compute = () => widget().getByRole('button', { name: 'Compute' });
  const state = async (wanted: string): Promise<void> => {
    await page.locator(`#widget[data-state="${wanted}"]`).waitFor();
  };
  const search = () => new URL(page.url()).searchParams;

  it('picks an example on load without loading the model, then answers in place', async () => {
    await open(demo);
    await state('unloaded');
    assert.match((await widget().textContent()) ?? '', /Loads on demand \(about \d+ s\)/);
    assert.notEqual(await field().inputValue(), '');
    assert.equal([...search()].length, 0);
    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    await field().fill('I love this');
    await compute().click();
    await state('done');
    assert.match((await widget().locator('.bars').textContent()) ?? '', /POSITIVE0\.\d{3}/);
    assert.match((await widget().locator('[data-time]').textContent()) ?? '', / s on CPU/);
    assert.match((await widget().locator('[data-told]').textContent()) ?? '', /^Done\./);
    assert.equal(search().get('text'), 'I love this');
    assert.deepEqual(new Set(loads.map((url) => new URL(url).pathname)), new Set([demo]));
    assert.deepEqual(await axeViolations(page), []);
  });

  it('shows the JSON, as the API gives it', async () => {
    const known = await askApi('I love this');
    await open(`${demo}?text=I+love+this`);
    await state('done');
    await widget().locator('.widget-json > summary').click();
    const shown = JSON.parse((await widget().locator('.widget-json pre').textContent()) ?? '') as unknown;
    assert.deepEqual(shown, known);
  });

  it('answers from the address at once when the model is loaded, and says so when it was asked before', async () => {
    await askApi('I love this');
    await open(`${demo}?text=I+love+this`);
    await state('done');
    assert.equal(await field().inputValue(), 'I love this');
    assert.match((await widget().locator('[data-time]').textContent()) ?? '', /Cached/);
  });

  it('picks among all examples', async () => {
    const seen = new Set<string>();
    for (let visit = 0; visit < 12 && seen.size < 2; visit += 1) {
      await open(demo);
      seen.add(await field().inputValue());
      await context.close();
    }
    assert.ok(seen.size >= 2, [...seen].join());
  });

  it('fills in and runs the example that is chosen, by keyboard, and gives back what was typed', async () => {
    await open(demo);
    await field().fill('My own words');
    const menu = widget().locator('summary', { hasText: 'Examples' });
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const first = widget().locator('a[data-example="0"]');
    const { text } = JSON.parse((await first.getAttribute('data-values')) ?? '{}') as { text: string };
    await page.keyboard.press('Enter');
    await state('done');
    assert.equal(await field().inputValue(), text);
    assert.equal(search().get('text'), text);
    assert.equal(await first.getAttribute('aria-current'), 'true');
    await widget().getByRole('button', { name: 'Bring my text back' }).click();
    assert.equal(await field().inputValue(), 'My own words');
    await menu.click();
    await page.keyboard.press('Escape');
    assert.equal(await first.isVisible(), false);
  });

  it('runs on Ctrl+Enter inside the widget only', async () => {
    await open(demo);
    await page.getByRole('link', { name: 'Hubstead' }).first().focus();
    await page.keyboard.press('Control+Enter');
    assert.equal(search().get('text'), null);
    await field().fill('I hate this');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/text=I\+hate\+this/);
    await widget().locator('.bars tbody th').first().filter({ hasText: 'NEGATIVE' }).waitFor();
  });

  it('writes the model’s own mask into the examples of the data folder, and inserts it', async () => {
    await open('/admin/mask-eo');
    assert.equal(await field('Text with a mask').inputValue(), 'Parizo estas <mask>.');
    await field('Text with a mask').fill('Nova ');
    await widget().getByRole('button', { name: 'Insert <mask>' }).click();
    assert.equal(await field('Text with a mask').inputValue(), 'Nova <mask>');
    await compute().click();
    await state('done');
    assert.equal(await widget().locator('.bars tr:has(td)').count(), 5);
  });

  it('says what is wrong with an input, and recovers', async () => {
    await open('/admin/mask-eo');
    await field('Text with a mask').fill('No hole here');
    await compute().click();
    const said = await field('Text with a mask').evaluate((input) => (input as HTMLTextAreaElement).validationMessage);
    assert.match(said, /Put <mask>/);
    await field('Text with a mask').fill('A <mask> here');
    await compute().click();
    await state('done');
  });

  it('shows the answer of the card without asking the model', async () => {
    await open('/admin/mask-card');
    await state('done');
    assert.match((await widget().textContent()) ?? '', /From the model card.*capital0\.750/s);
    await compute().click();
    await page.locator('#widget [data-time]', { hasText: 'CPU' }).waitFor();
  });

  it('shows examples that bring their answers where the model cannot be run', async () => {
    await open('/admin/off?example=0');
    assert.match((await widget().textContent()) ?? '', /^Examples.*Not available: README\.md says.*GOOD0\.900/s);
    assert.equal(await compute().count(), 0);
    assert.equal(await field().isEditable(), false);
    assert.equal(await widget().locator('a[data-example]').count(), 2);
    await widget().locator('summary', { hasText: 'Examples' }).click();
    await widget().locator('a[data-example="1"]').click();
    await widget().getByText('POOR').first().waitFor();
    assert.deepEqual(await axeViolations(page), []);
  });

  it('waits for a model that loads, whoever says so', async () => {
    await open(demo);
    const asked: string[] = [];
    await page.route(`${hub.url}${demo}`, async (route) => {
      const { 'x-wait-for-model': wait = '' } = route.request().headers();
      asked.push(wait);
      const html =
        '<div data-state="loading" data-seconds="9"><p data-text>Loading</p><progress max="100"></progress></div>';
      if (asked.length === 1) return route.fulfill({ status: 202, contentType: 'text/html', body: html });
      if (asked.length === 2) await new Promise((resolve) => setTimeout(resolve, 500));
      return route.continue();
    });
    await compute().click();
    await state('loading');
    await page.getByText(/about \d+ s left/).waitFor();
    await widget().getByRole('button', { name: 'Cancel' }).waitFor();
    await state('done');
    assert.deepEqual(asked, ['false', 'true']);
    await compute().waitFor();
  });

  it('can be cancelled', async () => {
    await open(demo);
    await page.route(`${hub.url}${demo}`, () => {});
    await compute().click();
    await widget().getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
    await compute().waitFor();
    trouble = trouble.filter((line) => !line.startsWith('failed:'));
  });

  it('says when the hub does not answer or answers nonsense', async () => {
    await open(demo);
    await page.route(`${hub.url}${demo}`, (route) => route.abort());
    await compute().click();
    await page.getByText('The hub did not answer.').waitFor();
    await page.unroute(`${hub.url}${demo}`);
    await page.route(`${hub.url}${demo}`, (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }));
    await compute().click();
    await page.getByText('status 502').waitFor();
    trouble = [];
  });

  it('is as large as the window for those who want it, and keeps its answer', async () => {
    await askApi('I love this');
    await open(`${demo}?text=I+love+this`);
    await state('done');
    await widget().getByRole('button', { name: 'Maximize' }).click();
    assert.equal(await page.getByRole('dialog').count(), 1);
    assert.deepEqual(await axeViolations(page), []);
    await widget().getByRole('button', { name: 'Close' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction('!document.querySelector("dialog")');
    await widget().locator('[data-maximize][aria-label=Maximize]:focus').waitFor();
    assert.equal(await widget().locator('.bars').count(), 1);
  });

  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`is accessible and does not scroll sideways at ${width} px, ${colorScheme}`, async () => {
        await askApi('I love this');
        await open(`${demo}?text=I+love+this`, { viewport: { width, height: 800 }, colorScheme });
        await state('done');
        await widget().locator('.widget-json > summary').click();
        await widget().locator('summary', { hasText: 'Examples' }).click();
        assert.deepEqual(await axeViolations(page), []);
        assert.equal(await sidewaysOverflow(page), 0);
      });
    }
  }

  it('does it all without JavaScript', async () => {
    await open(demo, { javaScriptEnabled: false });
    const typed = (await field().inputValue()).length;
    assert.ok(typed > 0);
    await widget().locator('summary', { hasText: 'Examples' }).click();
    const second = widget().locator('a[data-example="1"]');
    const { text } = JSON.parse((await second.getAttribute('data-values')) ?? '{}') as { text: string };
    await second.click();
    assert.equal(await field().inputValue(), text);
    await field().fill('I love this');
    await compute().click();
    await widget().locator('.bars').waitFor();
    assert.equal(await field().inputValue(), 'I love this');
    assert.match((await widget().textContent()) ?? '', /POSITIVE0\.\d{3}.*JSON output/s);
    assert.equal(await widget().getByRole('button', { name: 'Maximize' }).count(), 0);
    await page.goto(`${hub.url}/admin/mask-eo?text=No+hole`);
    assert.equal(await field('Text with a mask').inputValue(), 'No hole');
    await compute().click();
    assert.match((await widget().getByRole('alert').textContent()) ?? '', /no <mask>/);
  });
});

function filesOf(folder: string): Record<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), readFileSync(file)];
    }),
  );
}

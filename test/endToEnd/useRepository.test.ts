import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { type Browser, faultsOf, launchBrowser, needsBrowser } from '../support/browser.js';
import { type RealHub, run, startRealHub } from '../support/realHub.js';
import { requirePython, requireTool } from '../support/require.js';

describe('what a page says of using its repository', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    await seedDemo({ hubUrl: hub.url, token: hub.token });
  });
  after(() => hub.close());

  /** Blocks of code by their names, as a person would copy them. */
  async function snippets(page: string): Promise<ReadonlyMap<string, string>> {
    const html = await (await fetch(`${hub.url}${page}?use=1`)).text();
    const section = /<section[^>]*id="use"[\s\S]*?<\/fieldset>/.exec(html)![0];
    const found = section.matchAll(/aria-label="([^"]+)"><pre><code>([\s\S]*?)<\/code>/g);
    return new Map([...found].map(([, name, code]) => [name!, unescaped(code!)]));
  }

  async function runs(program: string, args: readonly string[], folder: string): Promise<string> {
    const { code, text } = await run(program, args, folder, { HF_HUB_DISABLE_XET: '1' });
    assert.equal(code, 0, text);
    return text;
  }

  it('runs as it stands: a clone with and without large files, a question', async function () {
    requireTool(this, 'git-lfs');
    const found = await snippets('/admin/demo-sentiment');
    const folder = await mkdtemp(path.join(hub.folder, 'use-'));
    await runs('bash', ['-ec', found.get('Clone, 1')!], folder);
    const other = await mkdtemp(path.join(hub.folder, 'use-'));
    await runs('bash', ['-ec', found.get('Clone, Without the large files')!], other);
    assert.match(await runs('bash', ['-ec', found.get('HTTP')!], folder), /"label":"POSITIVE"/);
  });

  it('runs as it stands in Python', async function () {
    const python = requirePython(this);
    const code = (await snippets('/admin/demo-sentiment')).get('Files, In Python')!;
    const folder = await mkdtemp(path.join(hub.folder, 'use-'));
    assert.match(await runs(python, ['-c', `${code}\nprint(folder)`], folder), /models--admin--demo-sentiment/);
  });

  describe('in a browser', () => {
    let browser: Browser;
    before(async function () {
      needsBrowser(this);
      browser = await launchBrowser();
    });
    after(() => browser?.close());

    it('stands in a dialog that the keyboard opens, walks and closes', async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${hub.url}/admin/demo-sentiment`, { waitUntil: 'networkidle' });
      const link = page.getByRole('link', { name: 'Use this model' });
      await link.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Use this model' });
      await dialog.waitFor();
      await dialog.getByRole('radio', { name: 'HTTP' }).focus();
      await page.keyboard.press('ArrowRight');
      await dialog.getByText('hf download admin/demo-sentiment').waitFor();
      assert.equal(await dialog.getByText('curl').isVisible(), false);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await link.evaluate((element) => element.matches(':focus')), true);
      await context.close();
    });

    it('stands on the page without script, accessible and within 320 px', async () => {
      const context = await browser.newContext({ viewport: { width: 320, height: 800 } });
      assert.deepEqual(await faultsOf(context, `${hub.url}/admin/demo-sentiment?use=1`), []);
      await context.close();
      const plain = await browser.newContext({ javaScriptEnabled: false });
      const page = await plain.newPage();
      await page.goto(`${hub.url}/admin/demo-sentiment`);
      await page.getByRole('link', { name: 'Use this model' }).click();
      await page.getByText('Clone', { exact: true }).click();
      await page.getByText('GIT_LFS_SKIP_SMUDGE=1').waitFor();
      await plain.close();
    });
  });
});

function unescaped(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seedDemo } from '../../server/demo/seedDemo.js';
import { type Browser, launchBrowser, needsBrowser, type Page, watchForTrouble } from '../support/browser.js';
import { OnlyKeys } from '../support/onlyKeys.js';
import { type RealHub, startRealHub } from '../support/realHub.js';

for (const script of [true, false]) {
  /** One person's first day, each step where the one before ended. */
  describe(`the journeys of somebody who has keys alone, ${script ? 'with' : 'without'} script`, function () {
    this.timeout(180_000);
    let hub: RealHub;
    let browser: Browser;
    let folder: string;
    let page: Page;
    let keys: OnlyKeys;
    let trouble: string[];
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const link = (name: string | RegExp) => page.getByRole('link', { name });
    const summary = (name: string | RegExp) => page.locator('summary').filter({ hasText: name });

    before(async function () {
      needsBrowser(this);
      hub = await startRealHub({ '--registration': 'open', '--demo': 'false' });
      await hub.hub.services.accounts.addUser({ name: 'bo', password: 'correct horse' });
      await seedDemo({ hubUrl: hub.url, token: hub.token });
      folder = await mkdtemp(path.join(tmpdir(), 'keys-'));
      await writeFile(path.join(folder, 'notes.txt'), 'notes');
      browser = await launchBrowser();
      page = await (await browser.newContext({ javaScriptEnabled: script })).newPage();
      keys = new OnlyKeys(page);
      trouble = watchForTrouble(page, hub.url);
    });
    after(async () => {
      await browser?.close();
      await hub?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });
    afterEach(() => {
      assert.deepEqual(keys.unseen, []);
      assert.deepEqual(trouble, []);
    });

    it('joins', async () => {
      await page.goto(hub.url);
      await keys.press(page.getByRole('banner').getByRole('link', { name: 'Join' }));
      await page.waitForURL(`${hub.url}/join`);
      await keys.write(page.getByLabel('User name'), 'ada');
      await keys.write(page.getByLabel('Password', { exact: true }), 'a long password');
      await keys.press(button('Make my account'));
      await page.waitForURL(`${hub.url}/`);
    });

    it('logs out and in', async () => {
      await keys.press(page.locator('summary[aria-label="Account of ada"]'));
      await keys.press(button('Log out'));
      await keys.press(page.getByRole('banner').getByRole('link', { name: 'Log in' }));
      await keys.write(page.getByLabel('User name or e-mail'), 'ada');
      await keys.write(page.getByLabel('Password'), 'a long password');
      await page.keyboard.press('Enter');
      await page.locator('summary[aria-label="Account of ada"]').waitFor();
    });

    it('makes a repository', async () => {
      await keys.press(page.getByRole('banner').locator('summary').filter({ hasText: 'New' }));
      await keys.press(page.getByRole('banner').getByRole('link', { name: 'Model', exact: true }));
      await keys.write(page.getByLabel('Name', { exact: true }), 'by-keys');
      await keys.choose(page.getByLabel('Licence'), 'MIT');
      await keys.press(page.getByLabel('Begin the model card'), 'Space');
      await keys.press(page.getByRole('radio', { name: 'Public' }), 'ArrowDown');
      await keys.press(page.getByRole('radio', { name: 'Private' }), 'ArrowUp');
      await keys.press(button('Make model'));
      await page.waitForURL(`${hub.url}/ada/by-keys`);
    });

    it('uploads a file', async () => {
      await keys.press(
        page
          .getByRole('main')
          .getByRole('link', { name: /^Files/ })
          .first(),
      );
      await page.waitForURL(/\/tree\/main$/);
      await keys.press(summary('Add file'));
      await keys.press(link('Upload files'));
      await page.waitForURL(/\/upload\/main$/);
      await keys.files(page.getByLabel('Files', { exact: true }), [path.join(folder, 'notes.txt')]);
      if (script) await page.getByText('1 of 1 uploaded').waitFor();
      await keys.press(button(script ? /^Commit/ : 'Upload and commit'));
      await page.waitForURL(/\/tree\/main$/);
      await link('notes.txt').first().waitFor();
    });

    it('writes a card, its metadata by the form', async () => {
      await keys.press(link('README.md').first());
      await keys.press(page.getByRole('main').getByRole('link', { name: 'Edit' }));
      await page.waitForURL(/\/edit\/main\/README\.md$/);
      // Open where the card says little.
      if (!(await page.getByLabel('Licence').isVisible())) await keys.press(summary(/^Metadata/));
      await keys.write(page.getByLabel('Licence'), 'apache-2.0');
      await keys.write(page.getByLabel('Languages'), 'fr');
      await keys.press(page.getByLabel('Content', { exact: true }), 'Control+End');
      await page.keyboard.type('\n# Written by keys\n');
      await keys.press(button('Commit the change'));
      await page.waitForURL(/\/blob\/main\/README\.md$/);
      const card = await fetch(`${hub.url}/ada/by-keys/raw/main/README.md`);
      assert.match(await card.text(), /^---\nlicense: apache-2\.0\nlanguage: fr\n---\n(?:.|\n)*# Written by keys/);
    });

    it('uses a widget', async () => {
      await page.goto(`${hub.url}/admin/demo-sentiment`);
      const text = page.getByRole('main').getByRole('textbox').first();
      await keys.write(text, 'What a good day');
      await keys.press(button(/^Compute/));
      await page
        .getByText(/POSITIVE/i)
        .first()
        .waitFor();
      await page.locator('meter, .bar, .score').first().waitFor();
    });

    it('filters a list, and takes the filter back', async () => {
      await keys.press(page.getByRole('banner').getByRole('link', { name: 'Models' }));
      await page.waitForURL(`${hub.url}/models`);
      await keys.press(page.getByRole('checkbox', { name: /^Text Classification/ }), 'Space');
      // With script the list follows at once, and the focus stays.
      if (!script) await keys.press(button('Apply'));
      await page.waitForURL(/\?pipeline_tag=text-classification$/);
      await keys.press(link(/^Remove filter/).first());
      await page.waitForURL(`${hub.url}/models`);
    });

    it('makes a token, and revokes it', async () => {
      await keys.press(page.locator('summary[aria-label="Account of ada"]'));
      await keys.press(link('Access tokens').first());
      await keys.write(page.getByLabel('Name', { exact: true }), 'laptop');
      await keys.press(page.getByRole('radio', { name: 'Write' }), 'ArrowUp');
      await keys.press(button('Make token'));
      assert.match(await page.getByLabel('The new token').inputValue(), /^hf_/);
      await keys.press(summary('Revoke'));
      await keys.press(button('Revoke “laptop”'));
      await page.getByText('The token is revoked.').waitFor();
    });

    it('makes an organisation, and manages its members', async () => {
      await keys.press(page.getByRole('banner').locator('summary').filter({ hasText: 'New' }));
      await keys.press(page.getByRole('banner').getByRole('link', { name: 'Organisation' }));
      await keys.write(page.getByLabel('Name', { exact: true }), 'key-lab');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/key-lab\/settings\/members$/);
      await keys.choose(page.getByLabel('Role', { exact: true }), 'Read');
      await keys.write(page.getByLabel('User name'), 'bo');
      await keys.press(button('Add'));
      await keys.choose(page.getByLabel('Role of bo'), 'Contributor');
      await keys.press(button('Save role of bo'));
      await page.waitForURL(/\/members$/);
      const members = () => hub.hub.services.accounts.membersOf('key-lab').map(({ user, role }) => [user.name, role]);
      await page.getByLabel('Role of bo').waitFor();
      assert.deepEqual(members(), [
        ['ada', 'admin'],
        ['bo', 'contributor'],
      ]);
      await keys.press(summary('Remove bo'));
      await keys.press(button('Remove bo'));
      await page.getByLabel('Role of bo').waitFor({ state: 'detached' });
      assert.deepEqual(members(), [['ada', 'admin']]);
    });

    it('deletes a repository by its name', async () => {
      await page.goto(`${hub.url}/ada/by-keys`);
      await keys.press(page.getByRole('main').getByRole('link', { name: 'Settings' }));
      await keys.write(page.locator('[name=confirm]'), 'ada/by-keys');
      await keys.press(button(/^Delete/));
      await page.waitForURL(`${hub.url}/ada`);
      assert.equal(hub.hub.services.catalog.find('model', 'ada', 'by-keys'), null);
    });
  });
}

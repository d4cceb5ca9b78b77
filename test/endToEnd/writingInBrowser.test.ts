import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, launchBrowser, needsBrowser, type Page, watchForTrouble } from '../support/browser.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

/** One story: a file is made, changed, changed by two, joined by uploads, and deleted. */
describe('writing, as people do it', function () {
  this.timeout(180_000);
  let hub: RealHub;
  let browser: Browser;
  let session: string;
  let folder: string;

  before(async function () {
    needsBrowser(this);
    hub = await startRealHub();
    const client = new WebClient(hub.url);
    await client.logIn('admin');
    session = client.cookie('hub_session')!;
    browser = await launchBrowser();
    folder = await mkdtemp(path.join(tmpdir(), 'uploads-'));
    await writeFile(path.join(folder, 'notes.txt'), 'notes');
    await writeFile(path.join(folder, 'config.json'), '{}');
    await writeFile(path.join(folder, 'weights.bin'), Buffer.alloc(2_000_000, 3));
  });

  after(async () => {
    await browser?.close();
    await hub?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function open(script: boolean): Promise<{ page: Page; trouble: string[] }> {
    const context = await browser.newContext({ javaScriptEnabled: script });
    await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
    const page = await context.newPage();
    return { page, trouble: watchForTrouble(page, hub.url) };
  }

  for (const script of [false, true]) {
    it(`${script ? 'with' : 'without'} script`, async () => {
      const name = script ? 'scripted' : 'plain';
      const at = `${hub.url}/admin/${name}`;
      const { page, trouble } = await open(script);
      await page.goto(`${hub.url}/new`);
      await page.getByLabel('Name').fill(name);
      await page.getByRole('button', { name: 'Make model' }).click();
      await page.waitForURL(at);

      await page.goto(`${at}/tree/main`);
      await page.getByText('Add file').click();
      await page.getByRole('link', { name: 'New file' }).click();
      await page.getByRole('textbox', { name: 'Path' }).fill('docs/story.txt');
      await page.getByLabel('Content', { exact: true }).fill('Once\n');
      await page.getByRole('button', { name: 'Commit the file' }).click();
      await page.waitForURL(`${at}/blob/main/docs/story.txt`);

      const other = await page.context().newPage();
      await other.goto(`${at}/edit/main/docs/story.txt`);
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByLabel('Content', { exact: true }).fill('Once upon\n');
      await page.getByRole('button', { name: 'Commit the change' }).click();
      await page.waitForURL(`${at}/blob/main/docs/story.txt`);
      await other.getByLabel('Content', { exact: true }).fill('Twice\n');
      await other.getByRole('button', { name: 'Commit the change' }).click();
      await other.getByRole('heading', { name: 'The file was changed while you wrote' }).waitFor();
      assert.equal(await other.getByLabel('Content', { exact: true }).inputValue(), 'Twice\n');
      await other.getByRole('button', { name: 'Commit my text over theirs' }).click();
      await other.waitForURL(`${at}/blob/main/docs/story.txt`);
      await other.close();

      await page.goto(`${at}/tree/main`);
      await page.getByText('Add file').click();
      await page.getByRole('link', { name: 'Upload files' }).click();
      await page
        .getByLabel('Files', { exact: true })
        .setInputFiles(['notes.txt', 'config.json', 'weights.bin'].map((file) => path.join(folder, file)));
      if (script) await page.getByText('3 of 3 uploaded').waitFor();
      await page.getByRole('button', { name: script ? 'Commit 3 files' : 'Upload and commit', exact: true }).click();
      await page.waitForURL(`${at}/tree/main`);
      const repository = hub.hub.services.repositories.open({ kind: 'model', owner: 'admin', name });
      const weights = await repository.entry((await repository.head())!, 'weights.bin');
      assert.equal(weights?.lfs?.sizeBytes, 2_000_000);

      await page.goto(`${at}/blob/main/notes.txt`);
      await page.getByRole('link', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete the file' }).click();
      await page.waitForURL(`${at}/tree/main`);
      const log = await git(repository.folder, 'log', '--format=%s', 'main');
      assert.deepEqual(log.text.trim().split('\n'), [
        'Delete notes.txt',
        'Upload 3 files',
        'Update docs/story.txt',
        'Update docs/story.txt',
        'Create docs/story.txt',
        'initial commit',
      ]);
      assert.deepEqual(trouble, []);
      await page.context().close();
    });
  }

  it('tells how far each upload is, tries again what failed, and asks before uploads are left', async () => {
    const { page } = await open(true);
    await page.goto(`${hub.url}/admin/scripted/upload/main/data`);
    let isBroken = true;
    await page.route('**/upload/main/data', (route) =>
      isBroken && route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    // Other bytes than those that are here already.
    await writeFile(path.join(folder, 'weights.bin'), Buffer.alloc(1_200_000, 9));
    await page.getByLabel('Files', { exact: true }).setInputFiles([path.join(folder, 'weights.bin')]);
    await page.getByText('Failed: the connection broke.').waitFor();
    assert.equal(await page.getByLabel('Path of weights.bin').inputValue(), 'data/weights.bin');
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.type();
      void dialog.dismiss();
    });
    await page.reload({ timeout: 2000 }).catch(() => {});
    assert.equal(asked, 'beforeunload');
    isBroken = false;
    await page.getByRole('button', { name: 'Retry weights.bin' }).click();
    await page.getByText('1 of 1 uploaded').waitFor();
    await page.getByLabel('Folder').fill('other');
    assert.equal(await page.getByLabel('Path of weights.bin').inputValue(), 'other/weights.bin');
    await page.getByText('without it: “Upload other/weights.bin”').waitFor();
    await page.getByRole('button', { name: 'Commit 1 file', exact: true }).click();
    await page.waitForURL(`${hub.url}/admin/scripted/tree/main/other`);
    await page.context().close();
  });

  it('does not send again what the repository has', async () => {
    const { page } = await open(true);
    const large = path.join(folder, 'large.bin');
    await writeFile(large, Buffer.alloc(1_500_000, 5));
    for (const state of ['uploaded', 'already stored']) {
      await page.goto(`${hub.url}/admin/scripted/upload/main`);
      await page.getByLabel('Files', { exact: true }).setInputFiles([large]);
      await page.getByText(`1.5 MB · ${state}`).waitFor();
      await page.getByRole('button', { name: 'Remove large.bin' }).click();
    }
    await page.context().close();
  });

  it('writes metadata into the text as it is filled in, and reads the text back into the form', async () => {
    const { page, trouble } = await open(true);
    await page.goto(`${hub.url}/admin/scripted/edit/main/README.md`);
    const text = page.getByLabel('Content', { exact: true });
    await page.getByLabel('Licence').fill('apache2');
    await page.getByLabel('Languages').fill('en, fr');
    await page.getByText('Did you mean “apache-2.0”?').waitFor();
    assert.match(await text.inputValue(), /^license: apache2 /m);
    await text.fill((await text.inputValue()).replace('apache2', 'mit').replace(/^tags: .*$/m, 'tags: [one, two]'));
    await page.waitForFunction(
      () =>
        (
          globalThis as unknown as { document: { querySelector(name: string): { value: string } } }
        ).document.querySelector('[name="meta.tags"]').value === 'one, two',
    );
    assert.equal(await page.getByLabel('Licence').inputValue(), 'mit');
    assert.equal(await page.getByLabel('Languages').inputValue(), 'en, fr');
    // What is suggested goes on behind the last comma.
    await page.getByLabel('Languages').fill('en, d');
    assert.equal(await page.locator('#known-languages option[data-id=de]').getAttribute('value'), 'en, de');
    assert.equal(await page.locator('#known-models option').count(), 2);
    await page.getByRole('button', { name: 'Commit the change' }).click();
    await page.waitForURL(`${hub.url}/admin/scripted/blob/main/README.md`);
    assert.deepEqual(trouble, []);
    await page.context().close();
  });

  it('keeps a draft of a text, and gives it back', async () => {
    const { page, trouble } = await open(true);
    const address = `${hub.url}/admin/scripted/edit/main/docs/story.txt`;
    await page.goto(address);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByLabel('Content', { exact: true }).fill('A draft\n');
    await page.waitForFunction(
      () => (globalThis as unknown as { sessionStorage: { length: number } }).sessionStorage.length > 0,
    );
    await page.goto(`${hub.url}/admin/scripted`);
    await page.goto(address);
    await page.getByRole('button', { name: 'Restore it' }).click();
    assert.equal(await page.getByLabel('Content', { exact: true }).inputValue(), 'A draft\n');
    await page.getByLabel('The tab key writes a tab').check();
    await page.getByLabel('Content', { exact: true }).focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Tab');
    assert.equal(await page.getByLabel('Content', { exact: true }).inputValue(), '\tA draft\n');
    assert.deepEqual(trouble, []);
    await page.context().close();
  });
});

import assert from 'node:assert/strict';
import { HubError } from '../../config/errors.js';
import {
  axeViolations,
  type Browser,
  type BrowserContext,
  launchBrowser,
  needsBrowser,
  type Page,
  watchForTrouble,
} from '../support/browser.js';
import { until } from '../support/until.js';
import { type Script, serveFiles, startWidgetHub, type WidgetHub } from '../support/widgetHub.js';
import { modelsOf, widgetFiles, widgetRows } from '../support/widgetRows.js';

/** What the script makes of plain fields and answers, over a model server that answers what the test says. */
describe('fields and answers of a widget', function () {
  this.timeout(60_000);
  let hub: WidgetHub;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  before(async function () {
    needsBrowser(this);
    hub = await startWidgetHub(modelsOf(widgetRows));
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

  const outputOf = (wanted: string): unknown => widgetRows.find(({ task, name = task }) => name === wanted)?.output;
  const widget = () => page.locator('#widget');
  const compute = () => widget().getByRole('button', { name: /^(Compute|Send)$/ });
  const state = (wanted: string) => page.locator(`#widget[data-state="${wanted}"]`).waitFor();
  const search = () => new URL(page.url()).searchParams;

  async function open(name: string, script: Script = () => outputOf(name), query = ''): Promise<void> {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    trouble = watchForTrouble(page, hub.url);
    await serveFiles(page, widgetFiles);
    hub.script = script;
    hub.calls.length = 0;
    await page.goto(`${hub.url}/ada/${name}${query}`, { waitUntil: 'networkidle' });
    await state('done');
  }

  /** Asks, and waits for the answer to just that. */
  async function ask(): Promise<void> {
    const asked = hub.calls.length;
    await compute().click();
    await page.locator('.widget-result[aria-busy="false"]').waitFor();
    assert.ok(hub.calls.length > asked);
  }

  it('a table has cells to type into, arrows between them, rows to add, and goes into the address as JSON', async () => {
    await open('table-question-answering');
    const cell = (name: string) => widget().getByRole('textbox', { name, exact: true });
    await cell('Lake, row 1').click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('Como, "the"');
    await widget().getByRole('button', { name: 'Add row' }).click();
    await cell('Lake, row 4').fill('Zug');
    await cell('Depth in metres, row 4').fill('198');
    await ask();
    const table = {
      Lake: ['Constance', 'Como, "the"', 'Balaton', 'Zug'],
      'Depth in metres': ['251', '346', '12', '198'],
    };
    assert.deepEqual((hub.calls.at(-1)!.inputs as { table: unknown }).table, table);
    assert.deepEqual(JSON.parse(search().get('table') ?? ''), table);
    await widget().getByRole('button', { name: 'Reset' }).click();
    assert.equal(await cell('Lake, row 2').inputValue(), 'Garda');
    assert.equal(await cell('Lake, row 4').count(), 0);
    assert.deepEqual(await axeViolations(page), []);
  });

  it('the columns of a model that predicts stay, rows are added', async () => {
    await open('tabular-regression');
    assert.equal(await widget().getByRole('button', { name: 'Add column' }).count(), 0);
    assert.equal(await widget().getByLabel('Name of column 1').isEditable(), false);
    assert.ok((await page.evaluate('document.querySelector("#widget-structured_data").value')) === 'length\n30\n31');
  });

  it('labels are chips that can be taken away', async () => {
    await open('zero-shot-classification');
    await widget().getByRole('button', { name: 'Remove praise' }).click();
    assert.equal(await widget().getByLabel('Possible labels, separated by commas').inputValue(), 'complaint');
    await ask();
    assert.deepEqual(hub.calls.at(-1)!.parameters.candidate_labels, ['complaint']);
    assert.deepEqual(
      ['text', 'candidate_labels', 'multi_class'].map((name) => search().get(name)),
      ['The lid is broken.', 'complaint', 'true'],
    );
  });

  it('sentences have a field each, two to five, and repeat in the address', async () => {
    await open('sentence-similarity');
    const sentences = () => widget().getByRole('textbox', { name: /^Sentence \d$/ });
    assert.equal(await sentences().count(), 2);
    for (const text of ['Three', 'Four', 'Five']) {
      await widget().getByRole('button', { name: 'Add a sentence' }).click();
      await page.keyboard.type(text);
    }
    assert.equal(await widget().getByRole('button', { name: 'Add a sentence' }).isVisible(), false);
    await widget().getByRole('button', { name: 'Remove sentence 1' }).click();
    hub.script = () => [0.1, 0.2, 0.4, 0.3];
    await ask();
    const expected = ['Bread is sold from six.', 'Three', 'Four', 'Five'];
    assert.deepEqual((hub.calls.at(-1)!.inputs as { sentences: unknown }).sentences, expected);
    assert.deepEqual(search().getAll('sentences'), expected);
    await widget().getByRole('button', { name: 'Sort' }).click();
    assert.match((await widget().locator('.bars tbody tr').first().textContent()) ?? '', /^Four0\.400/);
    await page.reload({ waitUntil: 'networkidle' });
    assert.equal(await sentences().count(), 4);
  });

  it('scores read as percents for those who want it', async () => {
    await open('text-classification');
    await widget().getByRole('button', { name: 'Percent' }).click();
    assert.match((await widget().locator('.bars').textContent()) ?? '', /POSITIVE98\.0 %/);
  });

  it('a text goes on from what was written, and back; parameters are sent', async () => {
    await open('text-generation');
    await widget().getByText('Parameters').click();
    await widget().getByLabel('Temperature').fill('0.5');
    hub.script = ({ inputs }) => [{ generated_text: `${String(inputs)} more` }];
    await ask();
    assert.equal(hub.calls.at(-1)!.parameters.temperature, 0.5);
    await widget().getByRole('button', { name: 'Continue' }).click();
    await widget().locator('[data-written]', { hasText: 'Once upon a time more more' }).waitFor();
    assert.equal(await widget().getByLabel('Text to continue').inputValue(), 'Once upon a time more');
    assert.equal(search().get('temperature'), null);
    await widget().getByRole('button', { name: 'Undo' }).click();
    assert.equal(await widget().getByLabel('Text to continue').inputValue(), 'Once upon a time');
  });

  it('a text that cannot go on stays, and its last step can be taken back', async () => {
    await open('text-generation');
    hub.script = ({ inputs }) => [{ generated_text: `${String(inputs)} more` }];
    await ask();
    hub.script = () => {
      throw new HubError('BAD_REQUEST', { reason: 'The text fills the context' });
    };
    await widget().getByRole('button', { name: 'Continue' }).click();
    await widget().getByText('The text fills the context').waitFor();
    assert.equal(await widget().locator('[data-written]').textContent(), 'Once upon a time more');
    assert.equal(await widget().getByRole('button', { name: 'Continue' }).count(), 0);
    await widget().getByRole('button', { name: 'Undo' }).click();
    assert.equal(await widget().getByLabel('Text to continue').inputValue(), 'Once upon a time');
  });

  it('a conversation is sent with Enter, goes on, and is cleared', async () => {
    context = await browser.newContext();
    page = await context.newPage();
    trouble = watchForTrouble(page, hub.url);
    hub.script = ({ inputs }) => {
      const {
        text,
        past_user_inputs: past,
        generated_responses: said,
      } = inputs as { text: string; past_user_inputs: string[]; generated_responses: string[] };
      return {
        generated_text: 'Yes.',
        conversation: { past_user_inputs: [...past, text], generated_responses: [...said, 'Yes.'] },
      };
    };
    await page.goto(`${hub.url}/ada/chat`, { waitUntil: 'networkidle' });
    const message = widget().getByLabel('Your message');
    await message.fill('One');
    await page.keyboard.press('Enter');
    await widget().getByRole('log').getByText('One').waitFor();
    await message.fill('Two');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('lines');
    await page.keyboard.press('Enter');
    await widget().getByRole('log').getByText('lines').waitFor();
    assert.deepEqual((hub.calls.at(-1)!.inputs as { past_user_inputs: unknown }).past_user_inputs, ['One']);
    assert.equal(await message.inputValue(), '');
    await widget().getByRole('link', { name: 'Clear' }).click();
    assert.equal(await widget().getByRole('log').count(), 0);
  });

  it('a file is chosen, dropped or pasted, shown, and sent', async () => {
    await open('image-classification');
    await widget().getByRole('img', { name: 'photo.png' }).waitFor();
    const bytes = Buffer.from(widgetFiles['photo.png']!);
    await widget().getByLabel('Image').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: bytes });
    await widget().getByRole('img', { name: 'mine.png' }).waitFor();
    await ask();
    assert.deepEqual(Buffer.from(hub.calls.at(-1)!.inputs as Uint8Array), bytes);
    await page.evaluate((base64) => {
      const files = new DataTransfer();
      const content = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      files.items.add(new File([content], 'dropped.png', { type: 'image/png' }));
      const zone = document.querySelector('#widget-file')!.closest('.field')!;
      zone.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
    }, bytes.toString('base64'));
    await widget().getByRole('img', { name: 'dropped.png' }).waitFor();
  });

  it('boxes and rows belong together', async () => {
    await open('object-detection');
    await widget().getByRole('row', { name: /^dog/ }).focus();
    assert.equal(await widget().locator('.drawing g.dimmed').count(), 1);
    assert.equal(await widget().locator('.drawing g:not(.dimmed)').getAttribute('data-part'), '1');
  });

  it('masks can be hidden one by one', async () => {
    await open('image-segmentation');
    await widget()
      .getByRole('button', { name: /^Shown.*sky$/ })
      .click();
    assert.equal(await widget().locator('.drawing g').first().isVisible(), false);
    await widget()
      .getByRole('button', { name: /^Hidden.*sky$/ })
      .waitFor();
  });

  it('parts of speech can be heard where the sound is at hand; without a microphone there is nothing to press', async () => {
    await open('automatic-speech-recognition');
    await widget().getByRole('button', { name: '0:00.5', exact: true }).click();
    await until(
      'the sound is played',
      async () => ((await page.evaluate('document.querySelector("audio").currentTime')) as number) >= 0.05,
    );
    await widget().getByText('There is no microphone.').waitFor();
    assert.equal(await widget().getByRole('button', { name: 'Record' }).count(), 0);
    await page.evaluate(() => {
      navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'audioinput' } as MediaDeviceInfo];
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await widget().getByRole('button', { name: 'Record' }).click();
    // There is none all the same.
    await widget().getByText('There is no microphone.').waitFor();
    assert.equal(await widget().getByRole('button', { name: 'Record' }).count(), 0);
  });

  describe('says what the model server says', () => {
    const errors: readonly [error: HubError, status: number, reads: RegExp][] = [
      [new HubError('INFERENCE_INPUT_INVALID', { reason: 'inputs: too long' }), 400, /too long/],
      [new HubError('TOO_LARGE', { what: 'The text', limitBytes: 1000 }), 413, /1/],
      [new HubError('QUEUE_FULL', { seconds: 7 }), 429, /7|later|busy/i],
      [new HubError('INTERNAL'), 500, /./],
    ];
    for (const [error, status, reads] of errors) {
      it(`${status}`, async () => {
        await open('text-classification');
        hub.script = () => Promise.reject(error);
        await ask();
        await state('error');
        assert.match((await widget().getByRole('alert').textContent()) ?? '', reads);
        trouble = trouble.filter((line) => !/status of 5\d\d/.test(line));
        hub.script = () => outputOf('text-classification');
        await ask();
        await state('done');
      });
    }

    it('an answer of another shape, with the JSON at hand', async () => {
      await open('text-classification', () => [{ name: 'x' }]);
      assert.match((await widget().getByRole('alert').textContent()) ?? '', /unexpected form/);
      assert.deepEqual(JSON.parse((await widget().locator('.widget-json pre').textContent()) ?? ''), [{ name: 'x' }]);
    });

    it('an answer that is empty', async () => {
      await open('token-classification', () => []);
      await widget().getByText('No entities found.').waitFor();
    });

    it('a model that loads, then the answer', async () => {
      await open('text-classification');
      let tries = 0;
      hub.script = () => {
        tries += 1;
        if (tries === 1) throw new HubError('MODEL_LOADING', { seconds: 3 });
        return [{ label: 'LOADED', score: 1 }];
      };
      await compute().click();
      await widget().getByRole('rowheader', { name: 'LOADED' }).waitFor();
      assert.equal(tries, 2);
    });

    it('nothing when somebody cancels, and keeps the answer before', async () => {
      await open('text-classification');
      hub.script = ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new HubError('CALL_CANCELLED'))));
      await widget().getByLabel('Text', { exact: true }).fill('Slow');
      await compute().click();
      await widget().getByRole('button', { name: 'Cancel' }).click();
      await compute().waitFor();
      assert.equal(await widget().locator('.bars').count(), 1);
    });
  });
});

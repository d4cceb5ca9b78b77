import assert from 'node:assert/strict';
import { HubError } from '../../config/errors.js';
import type { InferenceCall } from '../../inference/types.js';
import {
  axeViolations,
  type Browser,
  type BrowserContext,
  launchBrowser,
  needsBrowser,
  type Page,
  watchForTrouble,
} from '../support/browser.js';
import { startWidgetHub, type WidgetHub } from '../support/widgetHub.js';

const scores = [[{ label: 'GOOD', score: 0.9 }]];

/** What a widget says and shows between a question and its answer, over a model server that answers what the test says. */
describe('states of a widget in a browser', function () {
  this.timeout(60_000);
  let hub: WidgetHub;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let trouble: string[];

  before(async function () {
    needsBrowser(this);
    hub = await startWidgetHub([
      { name: 'sorts', task: 'text-classification', record: { widgetExamples: [{ value: { text: 'Fine.' } }] } },
      { name: 'writes', task: 'text-generation', record: { widgetExamples: [{ value: { text: 'Once' } }] } },
      { name: 'shortens', task: 'summarization', record: { widgetExamples: [{ value: { text: 'Long.' } }] } },
      { name: 'chats', task: 'text-generation', tags: ['conversational'] },
      {
        name: 'grouped',
        task: 'text-classification',
        record: {
          widgetExamples: [
            { value: { text: 'Plain.' } },
            { value: { text: 'Le vin.' }, title: 'Wine', group: 'French' },
            { value: { text: 'Le pain.' }, title: 'Bread', group: 'French' },
            { value: { text: 'Other.' } },
          ],
        },
      },
    ]);
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

  const widget = () => page.locator('#widget');
  const compute = () => widget().getByRole('button', { name: /^(Compute|Send)$/ });
  const cancel = () => widget().getByRole('button', { name: 'Cancel' });
  const state = (wanted: string) => page.locator(`#widget[data-state="${wanted}"]`).waitFor();
  const told = (text: string | RegExp) => widget().getByRole('status').filter({ hasText: text }).first().waitFor();
  const result = async () => (await widget().locator('.widget-result').innerText()).trim();

  async function open(name: string, { script = () => scores as unknown, query = '', clock = false } = {}) {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    if (clock) await page.clock.install();
    trouble = watchForTrouble(page, hub.url);
    hub.script = script;
    hub.status = { state: 'Loaded' };
    hub.calls.length = 0;
    await page.goto(`${hub.url}/ada/${name}${query}`, { waitUntil: 'networkidle' });
  }

  /** Writes parts, then waits for the caller to leave or for `end`. */
  function writes(parts: readonly string[], end: Promise<unknown>) {
    return ({ onEvent, signal }: InferenceCall) => {
      for (const text of parts) onEvent?.({ row: 0, token: { text, special: false } });
      onEvent?.({ row: 0, token: { text: '</s>', special: true } });
      const gone = new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new HubError('CALL_CANCELLED'))),
      );
      return Promise.race([end, gone]);
    };
  }

  /** A promise that the test keeps. */
  function later() {
    let keep: (value: unknown) => void = () => {};
    const promise = new Promise<unknown>((resolve) => {
      keep = resolve;
    });
    return { promise, keep };
  }

  describe('at rest', () => {
    const notLoaded = () => Promise.reject(new HubError('MODEL_LOADING', { model: 'm', seconds: 19.2 }));

    it('says about how long a load takes', async () => {
      await open('sorts', { script: notLoaded });
      await state('unloaded');
      await told('Loads on demand (about 20 s)');
      assert.equal(await result(), '');
    });

    it('says that a model to talk with is there, or is not, without asking it', async () => {
      await open('chats');
      await told('Loaded, ready');
      assert.equal(hub.calls.length, 0);
      await page.route(/\/status\//, (route) => route.fulfill({ json: { state: 'Loadable', estimated_time: 4.5 } }));
      await page.reload();
      await told('Loads on demand (about 5 s)');
    });
  });

  describe('while a text is written', () => {
    it('shows its parts as they come, then the answer', async () => {
      await open('writes');
      const { promise, keep } = later();
      hub.script = writes([' upon', ' a', ' time'], promise);
      await compute().click();
      await widget().locator('.written', { hasText: 'upon a time' }).waitFor();
      assert.equal(await widget().locator('[data-written]').textContent(), 'Once upon a time');
      assert.equal(hub.calls.at(-1)!.parameters.stream, true);
      keep([{ generated_text: 'Once upon a time.' }]);
      await state('done');
      assert.equal(await widget().locator('[data-written]').textContent(), 'Once upon a time.');
      await widget().getByText('0.12 s on CPU, fp32').first().waitFor();
      assert.deepEqual(await axeViolations(page), []);
    });

    it('keeps on cancel what came, to go on from or to take back', async () => {
      await open('writes');
      hub.script = writes([' upon', ' a'], new Promise(() => {}));
      await compute().click();
      await widget().locator('.written', { hasText: 'upon a' }).waitFor();
      await cancel().click();
      await state('cancelled');
      await told('Cancelled. What was written stays.');
      assert.equal(await widget().locator('[data-written]').textContent(), 'Once upon a');
      hub.script = () => [{ generated_text: 'Once upon a hill' }];
      await widget().getByRole('button', { name: 'Continue' }).click();
      await state('done');
      assert.equal(hub.calls.at(-1)!.inputs, 'Once upon a');
      await widget().getByRole('button', { name: 'Undo' }).click();
      assert.equal(await widget().getByLabel('Text to continue').inputValue(), 'Once');
    });

    it('writes summaries too', async () => {
      await open('shortens');
      const { promise, keep } = later();
      hub.script = writes(['Sho', 'rt'], promise);
      await compute().click();
      await widget().locator('[data-live]', { hasText: 'Short' }).waitFor();
      keep([{ summary_text: 'Short.' }]);
      await state('done');
      assert.match(await result(), /Short\./);
    });

    it('writes the answer of a conversation into its log, and goes on from one that was cut', async () => {
      await open('chats');
      await widget().getByLabel('Your message').fill('Hello');
      hub.script = writes(['Good', ' day'], new Promise(() => {}));
      await page.keyboard.press('Enter');
      await widget().getByRole('log').getByText('Good day').waitFor();
      await cancel().click();
      await state('cancelled');
      assert.equal(await widget().getByLabel('Your message').inputValue(), '');
      hub.script = () => ({
        generated_text: 'Fine.',
        conversation: { past_user_inputs: ['Hello', 'How?'], generated_responses: ['Good day', 'Fine.'] },
      });
      await widget().getByLabel('Your message').fill('How?');
      await page.keyboard.press('Enter');
      await state('done');
      const { text, past_user_inputs: said, generated_responses: answered } = hub.calls.at(-1)!.inputs as never;
      assert.deepEqual([text, said, answered], ['How?', ['Hello'], ['Good day']]);
      assert.match(await result(), /Hello\s+Model\s+Good day\s+You\s+How\?\s+Model\s+Fine\./);
    });

    it('says what broke it off', async () => {
      await open('writes');
      hub.script = ({ onEvent }) => {
        onEvent?.({ row: 0, token: { text: ' upon', special: false } });
        throw new HubError('RUNNER_LOST', { reason: 'it ran out of memory' });
      };
      await compute().click();
      await state('error');
      assert.match(await widget().getByRole('alert').innerText(), /ran out of memory/);
    });

    it('does not blink for those who want no motion', async () => {
      await open('writes');
      await page.emulateMedia({ reducedMotion: 'reduce' });
      hub.script = writes([' upon'], new Promise(() => {}));
      await compute().click();
      await widget().locator('[data-live]', { hasText: 'upon' }).waitFor();
      const animation = `getComputedStyle(document.querySelector('[data-live]'), '::after').animationName`;
      assert.equal(await page.evaluate(animation), 'none');
      await cancel().click();
    });
  });

  describe('while it waits', () => {
    it('says the place in the queue, and keeps the old answer, dimmed', async () => {
      await open('sorts');
      await state('done');
      const { promise, keep } = later();
      hub.script = ({ onPlace }) => {
        onPlace?.(3);
        onPlace?.(2);
        return promise;
      };
      await compute().click();
      await told('Position 2 in queue');
      assert.equal(await widget().getByLabel('Text', { exact: true }).isEditable(), false);
      const opacity = `getComputedStyle(document.querySelector('.widget-result > *')).opacity`;
      assert.equal(await page.evaluate(opacity), '0.5');
      keep([[{ label: 'POOR', score: 0.8 }]]);
      await widget().getByRole('rowheader', { name: 'POOR' }).waitFor();
      assert.equal(await widget().getByRole('rowheader', { name: 'GOOD' }).count(), 0);
    });

    it('waits for the load, with its time left, then asks once more', async () => {
      await open('sorts', { clock: true });
      await state('done');
      let isLoading = true;
      hub.status = { state: 'Loading' };
      hub.script = ({ load }) => {
        if (load === 'begin') throw new HubError('MODEL_LOADING', { model: 'm', seconds: 10 });
        assert.equal(isLoading, false);
        return scores;
      };
      const looks = hub.looks;
      await compute().click();
      await state('loading');
      await told('Loading the model');
      await page.clock.runFor(4000);
      await widget().getByText('about 6 s left').waitFor();
      assert.ok(hub.looks > looks && hub.looks <= looks + 4);
      await page.clock.runFor(8000);
      await told('taking longer than expected');
      assert.ok(((await page.evaluate('document.querySelector("#widget progress").value')) as number) <= 95);
      isLoading = false;
      hub.status = { state: 'Loaded' };
      await page.clock.runFor(5000);
      await state('done');
      assert.equal(await widget().getByRole('progressbar').isVisible(), false);
    });

    it('gives up after two minutes', async () => {
      await open('sorts', { clock: true });
      await state('done');
      hub.status = { state: 'Loading' };
      hub.script = () => Promise.reject(new HubError('MODEL_LOADING', { model: 'm', seconds: 10 }));
      await compute().click();
      await state('loading');
      await page.clock.runFor(121_000);
      await widget()
        .getByRole('alert')
        .getByText(/two minutes/)
        .waitFor();
      hub.script = () => scores;
      await widget().getByRole('button', { name: 'Retry' }).click();
      await state('done');
    });
  });

  describe('when there is no answer', () => {
    const errors: readonly [error: HubError, reads: RegExp, mayRetry: boolean][] = [
      [new HubError('CREDENTIALS_NEEDED'), /Sign in to run this model\.\s*Log in/, false],
      [new HubError('INFERENCE_OFF', { reason: 'its owner says so' }), /turned off.*its owner says so/, false],
      [new HubError('TOO_LARGE', { what: 'The image', limitBytes: 10_485_760 }), /The image.*at most 10/, false],
      [new HubError('QUEUE_FULL', { waiting: 12, seconds: 7 }), /12 questions.*in 7 s/, true],
      [new HubError('RUNNER_LOST', { reason: 'out of memory' }), /out of memory/, true],
      [new HubError('INTERNAL'), /Internal error/, true],
    ];
    for (const [error, reads, mayRetry] of errors) {
      it(`${error.status} (${error.code}) reads ${reads.source}${mayRetry ? ', to be tried again' : ''}`, async () => {
        await open('sorts', { script: () => scores });
        await state('done');
        hub.script = () => Promise.reject(error);
        await compute().click();
        await state('error');
        assert.match(await widget().getByRole('alert').innerText(), reads);
        assert.deepEqual(await axeViolations(page), []);
        const retry = widget().getByRole('button', { name: 'Retry' });
        assert.equal(await retry.count(), mayRetry ? 1 : 0);
        hub.script = () => scores;
        await (mayRetry ? retry : compute()).click();
        await state('done');
        trouble = trouble.filter((line) => !/status of [45]\d\d/.test(line));
      });
    }
  });

  describe('examples', () => {
    const menu = () => widget().locator('summary', { hasText: 'Examples' });
    const offered = () => widget().locator('.widget-examples a').filter({ visible: true }).allInnerTexts();

    it('come in groups, titled ones first, the others numbered', async () => {
      await open('grouped', { query: '?example=0' });
      await menu().click();
      assert.deepEqual(await offered(), ['Wine', 'Bread']);
      await widget().getByLabel('Group of examples').selectOption('Group 1');
      assert.deepEqual(await offered(), ['Example 1', 'Example 2']);
      assert.deepEqual(await axeViolations(page), []);
      await menu().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await state('done');
      assert.equal(await widget().getByLabel('Text', { exact: true }).inputValue(), 'Other.');
    });
  });

  it('leads to the page of its task', async () => {
    await open('sorts');
    const link = widget().getByRole('link', { name: 'Text Classification' });
    assert.equal(await link.getAttribute('href'), '/tasks/text-classification');
  });
});

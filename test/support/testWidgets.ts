import assert from 'node:assert/strict';
import {
  axeViolations,
  type Browser,
  launchBrowser,
  needsBrowser,
  sidewaysOverflow,
  watchForTrouble,
} from './browser.js';
import { serveFiles, startWidgetHub, type WidgetHub } from './widgetHub.js';
import { modelsOf, type WidgetRow, widgetFiles } from './widgetRows.js';

/** Each task's widget in a real browser, over a model server that answers what the test says. */
export function testWidgets(rows: readonly WidgetRow[]): void {
  describe('the widget of each task', function () {
    this.timeout(60_000);
    let hub: WidgetHub;
    let browser: Browser;

    before(async function () {
      needsBrowser(this);
      hub = await startWidgetHub(modelsOf(rows));
      browser = await launchBrowser();
    });
    after(async () => {
      await browser?.close();
      await hub?.close();
    });

    for (const row of rows) {
      const { task, name = task, output, inputs, parameters, reads, role } = row;
      it(`of ${name} shows inputs, answer and JSON`, async () => {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
        try {
          const page = await context.newPage();
          const trouble = watchForTrouble(page, hub.url);
          await serveFiles(page, widgetFiles);
          hub.script = () => output;
          hub.calls.length = 0;
          await page.goto(`${hub.url}/ada/${name}`, { waitUntil: 'networkidle' });
          const widget = page.locator('#widget');
          // An example may have been answered before: its answer is not the one that is waited for.
          const shown = await widget.locator('.widget-result').evaluateHandle((result) => result.firstElementChild);
          await widget.getByRole('button', { name: /^(Compute|Send)$/ }).click();
          await page.waitForFunction((before) => !before?.isConnected, shown);
          await page.locator('#widget[data-state="done"]').waitFor();
          assert.match((await widget.locator('.widget-result').textContent()) ?? '', reads);
          if (role) await widget.getByRole(role[0], { name: role[1] }).first().waitFor();
          await widget.locator('.widget-json > summary').click();
          assert.ok((await widget.locator('.widget-json').getAttribute('open')) !== null);
          const call = hub.calls.at(-1);
          assert.ok(call);
          if (inputs !== undefined) assert.deepEqual(call.inputs, inputs);
          for (const [key, value] of Object.entries(parameters ?? {})) assert.deepEqual(call.parameters[key], value);
          assert.deepEqual(await axeViolations(page), []);
          await page.setViewportSize({ width: 320, height: 800 });
          assert.equal(await sidewaysOverflow(page), 0);
          assert.deepEqual(trouble, []);
        } finally {
          await context.close();
        }
      });
    }
  });
}

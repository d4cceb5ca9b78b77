import assert from 'node:assert/strict';
import { type Browser, launchBrowser, needsBrowser } from './browser.js';
import { walkByKeyboard } from './walkByKeyboard.js';

describe('a walk by keyboard', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async function () {
    needsBrowser(this);
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  const field = (html: string): string => `<label>One ${html}</label>`;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['goes through the parts of a date, and on', field('<input type="date">') + field('<input type="time">'), /^$/],
    [
      'sees where focus cannot be seen',
      '<style>.plain:focus { outline: none }</style><button class="plain">Go</button>',
      /^focus that is not seen: <button class="plain"/,
    ],
    [
      'sees what a trap keeps it from',
      '<button onkeydown="event.preventDefault()">Trap</button><a href="/">Behind</a>',
      /^not reached by Tab: <a href="\/">Behind/,
    ],
  ];
  for (const [what, html, expected] of cases) {
    it(what, async () => {
      const page = await browser.newPage();
      await page.setContent(
        `<!doctype html><style>:focus-visible { outline: 2px solid }</style>${html}<a href="/">End</a>`,
      );
      assert.match((await walkByKeyboard(page)).filter((fault) => !fault.includes('>End<')).join('\n'), expected);
      await page.close();
    });
  }
});

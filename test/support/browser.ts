import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { testEnvironment } from '../../config/env.js';
import { skip } from './require.js';

const require = createRequire(import.meta.url);
const candidates = [
  testEnvironment().chromium ?? undefined,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = candidates.find(
  (candidate): candidate is string => candidate !== undefined && existsSync(candidate),
);

/** Tests in a browser are skipped, with the reason, where there is none: `before(function () { needsBrowser(this) })`. */
export function needsBrowser(context: Mocha.Context): void {
  if (!executablePath) skip(context, 'there is no Chromium (HUBSTEAD_TEST_CHROMIUM names one)');
}

export async function launchBrowser(): Promise<Browser> {
  const arguments_ = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: executablePath!, args: arguments_ });
}

/**
 * Whatever a page of ours must never cause: script errors, console errors, policy violations, requests that fail or go
 * elsewhere, assets that are not there. Requests that the browser gives up because the page is left are none of it.
 */
export function watchForTrouble(page: Page, origin: string): string[] {
  const trouble: string[] = [];
  page.on('console', (message) => {
    // A page that answers 404 on purpose is logged by the browser as a failed resource.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') trouble.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && new URL(response.url()).pathname.startsWith('/assets/'))
      trouble.push(`missing: ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob|about):/.test(request.url()))
      trouble.push(`elsewhere: ${request.url()}`);
  });
  return trouble;
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @returns one line a violation of WCAG 2.2 A/AA and best practice (or of the rules named), with the elements; empty = fine. */
export async function axeViolations(page: Page, rules: readonly string[] = levels): Promise<string[]> {
  // Evaluated, since our policy would block a script tag.
  await page.evaluate(`globalThis.axe ?? (() => { ${axe}\n})()`);
  return page.evaluate(
    async (runOnly) => {
      const run = (
        globalThis as unknown as {
          axe: {
            run(
              options: unknown,
            ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
          };
        }
      ).axe;
      const { violations } = await run.run({ runOnly });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary.replace(/\s+/g, ' ')}`),
      );
    },
    [...rules],
  );
}

/** How far the page can be scrolled sideways; 0 = it reflows. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const root = (
      globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
    ).document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });
}

export type { Browser, BrowserContext, Page };

/** Opens an address and says all that is wrong: axe's findings, script and policy errors, sideways scrolling at 320 px. */
export async function faultsOf(context: BrowserContext, address: string): Promise<string[]> {
  const page = await context.newPage();
  try {
    const trouble = watchForTrouble(page, new URL(address).origin);
    await page.goto(address, { waitUntil: 'networkidle' });
    const faults = await axeViolations(page);
    await page.setViewportSize({ width: 320, height: 800 });
    if ((await sidewaysOverflow(page)) > 0) faults.push('scrolls sideways at 320 px');
    return [...faults, ...trouble].map((fault) => `${address}: ${fault}`);
  } finally {
    await page.close();
  }
}

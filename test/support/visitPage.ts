import { gzipSync } from 'node:zlib';
import { axeViolations, type BrowserContext, type Page, sidewaysOverflow, watchForTrouble } from './browser.js';
import { mostShift, type Steadiness, steadinessOf } from './steadiness.js';
import { leaveMenus, walkByKeyboard } from './walkByKeyboard.js';

/** Bytes of HTML as written and packed, of modules as sent, and elements. */
interface Budget {
  readonly html: number;
  readonly zipped: number;
  readonly scripts: number;
  readonly nodes: number;
}

/** The first row whose name fits. Where no budget is set for HTML, what nobody would want to wait for. */
const budgets: readonly (readonly [row: RegExp, budget: Budget])[] = [
  [/^\/(models|datasets)$/, { html: 110_000, zipped: 18_000, scripts: 6_000, nodes: 1500 }],
  [/^\^\/tasks\//, { html: 110_000, zipped: 18_000, scripts: 20_000, nodes: 4000 }],
  [/\/(upload|edit|new)\//, { html: 110_000, zipped: 18_000, scripts: 25_000, nodes: 4000 }],
  [/owner>\[\^\/\]\+\)\/\(\?<name>\[\^\/\]\+\)\$$/, { html: 60_000, zipped: 14_000, scripts: 20_000, nodes: 4000 }],
  [/./, { html: 250_000, zipped: 30_000, scripts: 6_000, nodes: 4000 }],
];
const maxRequests = 7;
const [narrow, wide] = [360, 1280];
/** Whatever a theme changes. */
const colourRules = ['color-contrast', 'link-in-text-block'];

export interface Visited {
  readonly milliseconds: number;
  /** Wide, and where the page is looked at wholly, narrow. */
  readonly steadiness: readonly Steadiness[];
  /** What is wrong; empty = fine. */
  readonly faults: readonly string[];
}

/**
 * Opens a page and says all that is wrong: what axe finds, sideways scrolling, its frame, scripts of a pusher that ran, errors,
 * requests that fail or go elsewhere, budgets, parts that move while it comes.
 * @param row names its budget
 * @param isWhole also by keyboard, and in both themes and widths; else in light and wide
 */
export async function visitPage(
  context: BrowserContext,
  address: string,
  { row, isWhole }: { row: string; isWhole: boolean },
): Promise<Visited> {
  const page = await context.newPage();
  try {
    const faults = watchForTrouble(page, new URL(address).origin);
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const sent = watchSizes(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: wide!, height: 900 });
    const began = performance.now();
    const response = await page.goto(address, { waitUntil: 'load' });
    const milliseconds = Math.round(performance.now() - began);
    const steadiness = [await steadinessOf(page)];
    faults.push(...(await axeViolations(page)), ...(await page.evaluate(wrongInFrame)), ...(await page.evaluate(harm)));
    if (isWhole)
      faults.push(...(await walkByKeyboard(page)), ...(await leaveMenus(page)), ...(await inOtherViews(page)));
    const html = ((await response?.text()) ?? '').replace(/<article\b[\s\S]*?<\/article>/g, '');
    faults.push(...overBudget(row, { ...sent, ...sizesOf(html) }));
    await page.setViewportSize({ width: 320, height: 800 });
    if ((await sidewaysOverflow(page)) > 0) faults.push('scrolls sideways at 320 px');
    if (isWhole) {
      await page.reload({ waitUntil: 'load' });
      steadiness.push(await steadinessOf(page));
    }
    for (const { shift } of steadiness)
      if (shift > mostShift) faults.push(`parts move by ${shift.toFixed(3)}, at most ${mostShift}`);
    return { milliseconds, steadiness, faults: [...new Set(faults)] };
  } finally {
    await page.close();
  }
}

async function inOtherViews(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  const look = async (name: string, rules?: readonly string[]): Promise<void> => {
    for (const violation of await axeViolations(page, rules)) faults.push(`${name}: ${violation}`);
  };
  await page.emulateMedia({ colorScheme: 'dark' });
  await look('dark', colourRules);
  await page.setViewportSize({ width: narrow!, height: 900 });
  await look('dark and narrow', colourRules);
  await page.emulateMedia({ colorScheme: 'light' });
  await look('narrow');
  return faults;
}

interface Sent {
  scripts: number;
  requests: number;
}

/** Bytes of modules that come, and requests for what is not the author's own. */
function watchSizes(page: Page): Sent {
  const sent: Sent = { scripts: 0, requests: 0 };
  page.on('response', (response) => {
    const kind = response.request().resourceType();
    const isOther = /\/(resolve|raw)\/|\/-\/avatars\/|\/assets\/katex\/|^data:|^blob:/;
    // What a module asks once it runs is no part of the view.
    if (kind !== 'fetch' && !isOther.test(response.url())) sent.requests += 1;
    if (kind === 'script') sent.scripts += Number(response.headers()['content-length'] ?? 0);
  });
  return sent;
}

function sizesOf(html: string): Pick<Budget, 'html' | 'zipped' | 'nodes'> {
  return {
    html: Buffer.byteLength(html),
    zipped: gzipSync(html, { level: 9 }).length,
    nodes: html.match(/<[a-z]/g)?.length ?? 0,
  };
}

function overBudget(row: string, found: Budget & Sent): readonly string[] {
  const [, budget] = budgets.find(([name]) => name.test(row))!;
  const limits = { ...budget, requests: maxRequests };
  return (Object.keys(limits) as (keyof typeof limits)[])
    .filter((name) => found[name] > limits[name])
    .map((name) => `${name}: ${found[name]}, at most ${limits[name]}`);
}

interface Found {
  readonly outerHTML: string;
  readonly hash?: string;
}
interface Root {
  readonly hostile?: unknown;
  readonly document: { querySelectorAll(selector: string): ArrayLike<Found> };
}

/** Runs in the page: one headline, one main part, and the first stop of the keyboard leads past what is on every page. */
function wrongInFrame(): string[] {
  const { document } = globalThis as unknown as Root;
  const counts = ['h1', 'main'].map((name) => [name, document.querySelectorAll(name).length] as const);
  const first = document.querySelectorAll('a[href], button, input, select, textarea, summary')[0];
  return [
    ...counts.filter(([, count]) => count !== 1).map(([name, count]) => `${count} elements ${name}`),
    ...(first?.hash ? [] : ['the first link skips nothing']),
  ];
}

/** Runs in the page: what scripts of a pusher did, and elements that would ask elsewhere. */
function harm(): string[] {
  const { document, hostile } = globalThis as unknown as Root;
  const elements = document.querySelectorAll(
    'main :is(iframe:not([sandbox]), object, embed, base, meta, form[action*="evil"], [src*="evil.example"], [style*="evil"]), a[href^="javascript:" i], a[href^="data:" i], a[href^="vbscript:" i]',
  );
  const ran = hostile === undefined ? [] : [`script ${String(hostile)} ran`];
  return [...ran, ...Array.from(elements, ({ outerHTML }) => outerHTML.slice(0, 120))];
}

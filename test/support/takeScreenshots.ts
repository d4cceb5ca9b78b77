import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { projectRoot } from '../../config/projectRoot.js';
import { type Browser, launchBrowser } from './browser.js';
import { fixturePassword, startFixtureHub } from './fixtureHub.js';
import { besides, errorPages, pagesOfEmptyHub } from './pagesBeside.js';
import { pagesByRoute, someOf } from './pagesByRoute.js';
import { type RealHub, startRealHub } from './realHub.js';
import { walkPages } from './walkPages.js';
import { WebClient } from './webClient.js';

/*
 * Pictures of a few pages of every row of the route table, as a stranger, somebody without rights and an administrator see them:
 * `npm run screenshots [folder] [word…]`, where words choose pages by their address. In light and dark, narrow and wide; of each
 * row's first page also as narrow as 1280 px at 400 %, printed, and in forced colours.
 */

const perRow = 4;
const docs = '/docs/hub/';
/** Very long pages tell no more by their ends. */
const highest = 6000;

interface Look {
  readonly name: string;
  readonly context: BrowserContextOptions;
  readonly isPrinted?: boolean;
  /** Whether the first page of each row is enough. */
  readonly isShort?: boolean;
}

const looks: readonly Look[] = [
  ...[390, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      name: `${colorScheme}-${width}`,
      context: { viewport: { width, height: 900 }, colorScheme },
    })),
  ),
  { name: 'zoomed', context: { viewport: { width: 320, height: 800 } }, isShort: true },
  { name: 'forced', context: { viewport: { width: 1280, height: 900 }, forcedColors: 'active' }, isShort: true },
  { name: 'printed', context: { viewport: { width: 720, height: 900 } }, isPrinted: true, isShort: true },
];

/** Pages that only an answer to a form shows. */
const answers: Readonly<Record<string, (tab: Page, hub: RealHub) => Promise<void>>> = {
  'answer-login-refused': async (tab, { url }) => {
    await tab.goto(`${url}/login`);
    await tab.fill('main [name="name"]', 'admin');
    await tab.fill('main [name="password"]', 'not the password');
    await send(tab);
  },
  'answer-name-taken': async (tab, { url }) => {
    await tab.goto(`${url}/new`);
    await tab.fill('main [name="name"]', 'rich');
    await send(tab);
  },
  'answer-token-once': async (tab, { url }) => {
    await tab.goto(`${url}/settings/tokens`);
    await tab.fill('main [name="label"]', 'a picture');
    await send(tab);
  },
  'answer-conflict': async (tab, { url }) => {
    const edit = `${url}/admin/rich/edit/main/src/train.py`;
    await tab.goto(edit);
    const other = await tab.context().newPage();
    await other.goto(edit);
    await write(other, `print("theirs, ${Date.now()}")\n`);
    await other.close();
    await write(tab, 'print("mine")\n');
  },
};

const [folder = 'screenshots', ...words] = process.argv.slice(2);
const target = path.resolve(projectRoot, folder);
const isWanted = (address: string): boolean => words.length === 0 || words.some((word) => address.includes(word));
let count = 0;

await rm(target, { recursive: true, force: true });
const browser = await launchBrowser();
try {
  await ofFixtures(browser);
  await ofEmptyHub(browser);
} finally {
  await browser.close();
}
process.stdout.write(`${count} pictures in ${target}\n`);

async function ofFixtures(browser: Browser): Promise<void> {
  const hub = await startFixtureHub();
  try {
    for (const name of ['stranger', 'bo', 'admin']) {
      const client = new WebClient(hub.url);
      if (name !== 'stranger') await client.logIn(name, fixturePassword);
      const pages = await pagesFor(name, client);
      await take(browser, { hub, name, session: client.cookie('hub_session') ?? null, ...pages });
    }
  } finally {
    await hub.close();
  }
}

async function ofEmptyHub(browser: Browser): Promise<void> {
  const hub = await startRealHub({ '--demo': 'false', '--registration': 'open' });
  try {
    await take(browser, { hub, name: 'empty', session: null, first: pagesOfEmptyHub, other: [], answers: [] });
  } finally {
    await hub.close();
  }
}

interface Pages {
  /** What stands for its row. */
  readonly first: readonly string[];
  readonly other: readonly string[];
  /** Names of answers to forms. */
  readonly answers: readonly string[];
}

async function pagesFor(name: string, client: WebClient): Promise<Pages> {
  // Whoever has no rights sees what a stranger does, but for what is refused.
  if (name === 'bo')
    return { first: ['/admin/guarded', '/admin/rich/settings', '/bo/first'], other: ['/-/admin'], answers: [] };
  const rows = [...pagesByRoute(await walkPages(client)).values()];
  const some = rows.map((found) => (found[0]!.startsWith(docs) && name === 'stranger' ? found : someOf(found, perRow)));
  return {
    first: some.map(([page]) => page!),
    other: [...some.flatMap(([, ...rest]) => rest), ...Object.values(besides).flat(), ...errorPages],
    answers:
      name === 'admin' ? ['answer-name-taken', 'answer-token-once', 'answer-conflict'] : ['answer-login-refused'],
  };
}

interface Visit extends Pages {
  readonly hub: RealHub;
  /** Whose eyes they are. */
  readonly name: string;
  readonly session: string | null;
}

async function take(browser: Browser, { hub, name, session, first, other, answers: named }: Visit): Promise<void> {
  for (const look of looks) {
    const context = await browser.newContext(look.context);
    if (session) await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
    const place = path.join(target, `${name}-${look.name}`);
    await mkdir(place, { recursive: true });
    const tab = await context.newPage();
    if (look.isPrinted) await tab.emulateMedia({ media: 'print' });
    for (const page of [...first, ...(look.isShort ? [] : other)].filter(isWanted)) {
      await tab.goto(hub.url + page, { waitUntil: 'load' });
      await picture(tab, path.join(place, `${fileName(page)}.png`));
    }
    for (const answer of look.isShort ? [] : named.filter(isWanted)) {
      await answers[answer]!(tab, hub);
      await picture(tab, path.join(place, `${answer}.png`));
    }
    await context.close();
  }
}

async function picture(tab: Page, file: string): Promise<void> {
  const { width, height } = tab.viewportSize()!;
  const needed = await tab.evaluate(
    () =>
      (globalThis as unknown as { document: { documentElement: { scrollHeight: number } } }).document.documentElement
        .scrollHeight,
  );
  await tab.setViewportSize({ width, height: Math.min(highest, Math.max(height, needed)) });
  await tab.screenshot({ path: file });
  await tab.setViewportSize({ width, height });
  count += 1;
}

async function write(tab: Page, text: string): Promise<void> {
  await tab.fill('main textarea[name="content"]', text);
  await send(tab);
}

async function send(tab: Page): Promise<void> {
  await Promise.all([
    tab.waitForEvent('load'),
    tab.locator('main button.button-primary[type="submit"]').first().click(),
  ]);
}

function fileName(address: string): string {
  return (
    address
      .replace(/[^\w.-]+/g, '_')
      .replace(/^_|_$/g, '')
      .slice(0, 100) || 'home'
  );
}

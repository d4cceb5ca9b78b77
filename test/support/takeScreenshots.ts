import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { launchBrowser } from './browser.js';
import { startFixtureHub } from './fixtureHub.js';
import { pagesByRoute, someOf } from './pagesByRoute.js';
import { walkPages } from './walkPages.js';
import { WebClient } from './webClient.js';

/*
 * Pictures of a few pages of every row of the route table, as a stranger and an administrator see them, in light and dark, narrow
 * and wide: `npm run screenshots [folder] [word…]`, where words choose pages by their address.
 */

const perRow = 4;
const views = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })));

const [folder = 'screenshots', ...words] = process.argv.slice(2);
const target = path.resolve(projectRoot, folder);
await rm(target, { recursive: true, force: true });
const hub = await startFixtureHub();
const browser = await launchBrowser();
let count = 0;
try {
  for (const name of ['stranger', 'admin']) {
    const client = new WebClient(hub.url);
    if (name === 'admin') await client.logIn(name);
    const rows = [...pagesByRoute(await walkPages(client)).values()];
    const pages = [
      ...rows.flatMap((found) => someOf(found, perRow)),
      '/nothing',
      '/models?search=nothing-has-this-name',
    ];
    for (const { width, theme } of views) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
      const session = client.cookie('hub_session');
      if (session) await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
      const place = path.join(target, `${name}-${theme}-${width}`);
      await mkdir(place, { recursive: true });
      for (const page of pages.filter(
        (address) => words.length === 0 || words.some((word) => address.includes(word)),
      )) {
        const tab = await context.newPage();
        await tab.goto(hub.url + page, { waitUntil: 'networkidle' });
        // Very long pages tell no more by their ends.
        const height = Math.min(
          6000,
          await tab.evaluate(
            () =>
              (globalThis as unknown as { document: { documentElement: { scrollHeight: number } } }).document
                .documentElement.scrollHeight,
          ),
        );
        await tab.setViewportSize({ width, height: Math.max(900, height) });
        await tab.screenshot({ path: path.join(place, `${fileName(page)}.png`) });
        await tab.close();
        count += 1;
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await hub.close();
}
process.stdout.write(`${count} pictures in ${target}\n`);

function fileName(address: string): string {
  return (
    address
      .replace(/[^\w.-]+/g, '_')
      .replace(/^_|_$/g, '')
      .slice(0, 100) || 'home'
  );
}

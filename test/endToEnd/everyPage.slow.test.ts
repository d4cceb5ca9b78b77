import assert from 'node:assert/strict';
import { type Browser, type BrowserContext, launchBrowser, needsBrowser } from '../support/browser.js';
import { startFixtureHub } from '../support/fixtureHub.js';
import { besides, errorPages, pagesOfEmptyHub } from '../support/pagesBeside.js';
import { pageRows, pagesByRoute, rowKey, someOf } from '../support/pagesByRoute.js';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { visitPage } from '../support/visitPage.js';
import { deadLinks, type Walked, walkPages } from '../support/walkPages.js';
import { WebClient } from '../support/webClient.js';

/*
 * Every link is followed, and every row of the route table is looked at in a browser, on the pages that the links led to: a new
 * page is taken along by being linked to. A few pages stand for each row.
 */

/** Of these, the first is looked at in both themes and widths, the others in one. */
const perRow = 4;
const docs = '^/docs/hub/(?<slug>[a-z0-9-]+)$';

/** What a card says is its author's: the hostile one links to nowhere on purpose. */
const skips = (path: string): RegExp | null => (path.includes('/hostile') ? /<article\b[\s\S]*?<\/article>/g : null);

/** Rows that lead on to others, give no page, or that no link of somebody who is signed in leads to. */
const noPages: readonly RegExp[] = [
  /^\/(docs|docs\/hub|settings|robots\.txt|-\/metrics|logout|login|join)$/,
  /list>models\|datasets|avatars|\/raw\/|\/resolve\/|\/settings\$$/,
  /\/(\)\?|\?)?\$$/, // with a slash at the end
  /\^\/(datasets|spaces)\/\(\?<name>/, // what looks like another name of a repository and is none
];

/** A closed hub says so at its door, which the documentation names. */
const meant = (name: string): readonly string[] => (name === 'admin' ? [] : ['/join']);

interface Visitor {
  readonly context: BrowserContext | null;
  readonly walked: ReadonlyMap<string, Walked>;
  readonly pages: ReadonlyMap<string, readonly string[]>;
}

describe('every page', function () {
  this.timeout(600_000);
  let hub: RealHub;
  let browser: Browser | null = null;
  const visitors: Record<string, Visitor> = {};
  const times: string[] = [];

  before(async () => {
    hub = await startFixtureHub();
  });
  after(async () => {
    await browser?.close();
    await hub?.close();
    process.stdout.write(`${times.sort().join('\n')}\n`);
  });

  describe('by its links', () => {
    for (const name of ['a stranger', 'bo', 'admin']) {
      it(`is there for ${name}`, async () => {
        const walked = await walkPages(await clientOf(name), { skips });
        visitors[name] = { context: null, walked, pages: pagesByRoute(walked) };
        assert.ok(walked.size > 100, `${walked.size} addresses`);
        const dead = deadLinks(walked, (path) => meant(name).includes(path));
        assert.deepEqual(dead, []);
      });
    }

    it('is linked to, whatever row of the route table it is of', () => {
      const reached = new Set(Object.values(visitors).flatMap(({ pages }) => [...pages.keys()]));
      const keys = pageRows.map(rowKey);
      const unreached = keys.filter((key) => !reached.has(key) && !noPages.some((row) => row.test(key)));
      assert.deepEqual(unreached, []);
    });
  });

  describe('in a browser', () => {
    before(async function () {
      needsBrowser(this);
      browser = await launchBrowser();
      for (const name of ['a stranger', 'admin']) {
        visitors[name] = { ...visitors[name]!, context: await contextOf(name) };
      }
    });

    async function contextOf(name: string): Promise<BrowserContext> {
      const session = (await clientOf(name)).cookie('hub_session');
      const context = await browser!.newContext();
      if (session) await context.addCookies([{ name: 'hub_session', value: session, url: hub.url }]);
      return context;
    }

    async function faultsOf(
      row: string,
      pages: (visitor: Visitor, name: string) => readonly string[],
    ): Promise<readonly string[]> {
      const faults: string[] = [];
      for (const [name, visitor] of Object.entries(visitors)) {
        for (const [place, path] of pages(visitor, name).entries()) {
          if (!visitor.context) continue;
          const visited = await visitPage(visitor.context, hub.url + path, { row, isWhole: place === 0 });
          const moves = visited.steadiness.map(
            ({ shift, paintedMs }) => `moves ${shift.toFixed(3)}, largest at ${Math.round(paintedMs ?? 0)} ms`,
          );
          times.push(`${row} ${name} ${path}: ${visited.milliseconds} ms; ${moves.join('; ')}`);
          faults.push(...visited.faults.map((fault) => `${name}, ${path}: ${fault}`));
        }
      }
      return faults;
    }

    for (const key of pageRows.map(rowKey)) {
      it(`of ${key} is accessible, quiet, harmless and small`, async () => {
        const faults = await faultsOf(key, ({ pages }, name) => {
          const found = pages.get(key) ?? [];
          // The worst names, labels and files come along wherever they have a page.
          const hostile = found.find((path) => path.startsWith('/admin/hostile'));
          // What is generated there differs by page, and not by who reads it.
          const some = key === docs && name === 'a stranger' ? found : someOf(found, perRow);
          return [...new Set([...some, ...(besides[key] ?? []), ...(hostile ? [hostile] : [])])];
        });
        assert.deepEqual(faults, []);
      });
    }

    it('that asks who wants the files of a repository is accessible, quiet and harmless', async () => {
      const context = await contextOf('bo');
      const asks = { row: 'a gate', isWhole: true };
      const { faults } = await visitPage(context, `${hub.url}/admin/guarded`, asks);
      await context.close();
      assert.deepEqual(faults, []);
    });

    it('of an error is accessible, quiet and harmless', async () => {
      const faults = await faultsOf('an error', () => errorPages);
      assert.deepEqual(faults, []);
    });

    it('of a hub that has nothing yet is accessible and quiet', async () => {
      const empty = await startRealHub({ '--demo': 'false', '--registration': 'open' });
      const context = await browser!.newContext();
      try {
        const faults: string[] = [];
        for (const path of pagesOfEmptyHub)
          for (const fault of (await visitPage(context, empty.url + path, { row: path, isWhole: true })).faults)
            faults.push(`${path}: ${fault}`);
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
        await empty.close();
      }
    });
  });

  async function clientOf(name: string): Promise<WebClient> {
    const client = new WebClient(hub.url);
    if (name !== 'a stranger') await client.logIn(name);
    return client;
  }
});

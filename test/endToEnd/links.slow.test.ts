import assert from 'node:assert/strict';
import { startFixtureHub } from '../support/fixtureHub.js';
import { pageRows, pagesByRoute, rowKey } from '../support/pagesByRoute.js';
import type { RealHub } from '../support/realHub.js';
import { deadLinks, type Walked, walkPages } from '../support/walkPages.js';
import { WebClient } from '../support/webClient.js';

/** What a card says is its author's: the hostile one links to nowhere on purpose. */
const skips = (path: string): RegExp | null => (path.includes('/hostile') ? /<article\b[\s\S]*?<\/article>/g : null);

/** Rows that lead on to others, give no page, or that no link of somebody who is signed in leads to. */
const noPages: readonly RegExp[] = [
  /^\/(docs|docs\/hub|settings|robots\.txt|-\/metrics|logout|login|join)$/,
  /list>models\|datasets|avatars|\/raw\/|\/resolve\/|\/settings\$$/,
  /\/(\)\?|\?)?\$$/, // with a slash at the end
];

/** Administration does not exist for others, and a closed hub says so at its door; the documentation names both. */
function meant(name: string): readonly string[] {
  return name === 'admin' ? [] : ['/-/admin', '/join'];
}

describe('every link of a hub', function () {
  this.timeout(600_000);
  let hub: RealHub;
  const walks: Record<string, ReadonlyMap<string, Walked>> = {};

  before(async () => {
    hub = await startFixtureHub();
  });
  after(() => hub?.close());

  for (const name of ['a stranger', 'bo', 'admin']) {
    it(`leads somewhere for ${name}`, async () => {
      const client = new WebClient(hub.url);
      if (name !== 'a stranger') await client.logIn(name);
      walks[name] = await walkPages(client, { skips });
      assert.ok(walks[name].size > 100, `${walks[name].size} addresses`);
      assert.deepEqual(
        deadLinks(walks[name], (path) => meant(name).includes(path)),
        [],
      );
    });
  }

  it('together reach a page of every row of the route table', () => {
    const pages = new Map([...Object.values(walks)].flatMap((walk) => [...pagesByRoute(walk)]));
    const unreached = pageRows.map(rowKey).filter((key) => !pages.has(key) && !noPages.some((row) => row.test(key)));
    assert.deepEqual(unreached, []);
  });
});

import assert from 'node:assert/strict';
import { docs } from '../../../views/docs/table.js';
import { type Browser, faultsOf, launchBrowser, needsBrowser } from '../../support/browser.js';
import { demoHub } from '../../support/demoHub.js';
import { type FakeHub, fakeHub } from '../../support/fakeServices.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';

const signedOut = [
  '/',
  '/models',
  '/models?p=1',
  '/models?search=none',
  '/datasets',
  '/login',
  '/join',
  '/logout',
  '/marie',
  '/nothing',
  ...docs.map(({ slug }) => `/docs/hub/${slug}`),
];
const signedIn = [
  '/',
  '/models?license=mit',
  '/settings/profile',
  '/settings/preferences',
  '/settings/account',
  '/settings/tokens',
  '/new',
  '/new-dataset',
  '/logout',
  '/marie',
  '/-/admin',
  '/-/admin/users',
  '/-/admin/repos',
  '/-/admin/jobs',
  '/-/admin/storage',
  '/-/admin/reports',
  '/-/admin/quarantine',
  '/organizations/new',
  '/settings/organizations',
];

describe('every page of the site', function () {
  this.timeout(600_000);
  let hub: FakeHub;
  let server: PageServer;
  let fresh: PageServer;
  let browser: Browser;

  before(async function () {
    needsBrowser(this);
    hub = demoHub();
    hub.services.accounts.addToken(1, { label: 'a laptop with a rather long name', role: 'write' });
    server = await startPageServer(hub.services);
    fresh = await startPageServer(fakeHub({ registration: 'open' }).services);
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    await fresh?.close();
  });

  for (const theme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`is accessible in ${theme} at ${width} px, and reflows at 320 px`, async () => {
        const found: string[] = [];
        for (const as of [undefined, 1]) {
          const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } });
          if (as)
            await context.addCookies([
              { name: 'hub_session', value: hub.services.accounts.openSession(as), url: server.url },
            ]);
          const addresses = (as ? signedIn : signedOut).map((path) => server.url + path);
          if (!as) addresses.push(`${fresh.url}/`, `${fresh.url}/models`, `${fresh.url}/join`);
          for (const address of addresses) found.push(...(await faultsOf(context, address)));
          await context.close();
        }
        assert.deepEqual(found, []);
      });
    }
  }
});

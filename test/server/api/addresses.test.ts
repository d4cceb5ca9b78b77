import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { apiFamilies } from '../../../server/api/index.js';
import { type RealHub, startRealHub } from '../../support/realHub.js';

const addresses = apiFamilies.flatMap((family) => family.addresses);

describe('addresses of the API', () => {
  it('are those that docs/hub/api.md lists', () => {
    const page = readFileSync(path.join(projectRoot, 'docs', 'hub', 'api.md'), 'utf8');
    const [table = ''] = page.split('Beside the API');
    const listed = [...table.matchAll(/^\| `((?:GET|POST) [^`]+)` \|/gm)].map((match) => match[1]!);
    assert.deepEqual(listed.toSorted(), addresses.toSorted());
  });

  describe('of a hub', () => {
    let hub: RealHub;

    before(async function () {
      this.timeout(60_000);
      hub = await startRealHub({ '--demo': 'false' });
    });
    after(() => hub?.close());

    for (const address of addresses) {
      it(`${address} speaks of what was asked, never of the address`, async () => {
        const [method, template = ''] = address.split(' ');
        const place = template
          .replace('{id}', 'admin/missing')
          .replace('{revision}', 'main')
          .replace('{path}', 'x')
          .replace('{task}', 'fill-mask');
        const answer = await fetch(hub.url + place, {
          method,
          headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
        const isAboutOne = template.includes('{id}');
        assert.equal(answer.headers.get('X-Error-Code'), isAboutOne ? 'RepoNotFound' : null);
        // This hub runs no models.
        const usual = place === '/v2/health/ready' ? 503 : 200;
        assert.equal(answer.status, isAboutOne ? 404 : method === 'POST' ? 400 : usual);
      });
    }
  });
});

import assert from 'node:assert/strict';
import { type RealHub, startRealHub } from '../support/realHub.js';

const doors = ['/models', '/datasets', '/models-json', '/api/models', '/api/datasets', '/api/quicksearch'];
const parameters = (
  'search author pipeline_tag library language license dataset metric other filter inference ' +
  'task_categories size_categories format num_parameters max_ms sort direction p limit all full q'
).split(' ');
/** What the API takes of these is told in its table: anything else is refused in words, not taken for something else. */
const typed = ['limit', 'full', 'sort', 'direction', 'num_parameters', 'apps'];
const texts = [
  ...[
    '%00',
    '%0A%1B%7F',
    '%FF%FE',
    '%C3%28',
    '%ED%A0%80',
    '%',
    '%zz',
    '%E2%80%AE%F0%9F%98%80',
    '__proto__',
    '-1',
    '1e999',
  ],
  'x'.repeat(9000),
  `${'a,'.repeat(2000)}b`,
];

describe('addresses of lists', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
  });
  after(() => hub.close());

  for (const door of doors)
    it(`${door} takes whatever they hold: controls, halves of letters, values without end`, async () => {
      for (const name of parameters)
        for (const text of texts) {
          const address = `${door}?${name}=${text}`;
          const { status, redirected, url } = await fetch(hub.url + address);
          const mayRefuse = door.startsWith('/api/') && typed.includes(name);
          assert.ok(
            status === 200 || (mayRefuse && status === 400),
            `${address.slice(0, 60)}${redirected ? ` → ${url.slice(0, 100)}` : ''}`,
          );
        }
    });

  it('a cursor that is none is refused, an address that is too long too', async () => {
    assert.equal((await fetch(`${hub.url}/api/models?cursor=%00`)).status, 400);
    assert.equal((await fetch(`${hub.url}/models?search=${'x'.repeat(90_000)}`)).status, 431);
  });

  it('a page that no list has is refused in words', async () => {
    const refused = await fetch(`${hub.url}/models?p=999999999`);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /p is at most 100000/);
  });
});

import assert from 'node:assert/strict';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('organisations', function () {
  this.timeout(60_000);
  let hub: RealHub;
  const clients: Record<string, WebClient> = {};
  const as = (name: string): WebClient => clients[name]!;
  before(async () => {
    hub = await startRealHub();
    for (const name of ['marie', 'paul', 'clara'])
      await hub.hub.services.accounts.addUser({ name, password: 'correct horse' });
    for (const name of ['admin', 'marie', 'paul', 'clara']) {
      clients[name] = new WebClient(hub.url);
      await as(name).logIn(name);
    }
    const made = await as('marie').submit('/organizations/new', { name: 'Radium', fullName: 'Radium Lab' });
    assert.equal(made.headers.get('location'), '/organizations/Radium/settings/members');
  });
  after(() => hub.close());

  const members = '/organizations/Radium/settings/members';
  const change = (name: string, fields: Record<string, string>) => as(name).submit(members, fields);
  const rolesNow = () =>
    Object.fromEntries(
      hub.hub.services.accounts.membersOf('radium').map(({ user, role }) => [user.name, role]),
    ) as Record<string, string>;

  it('have a name that nobody else has', async () => {
    const taken = await as('paul').submit('/organizations/new', { name: 'MARIE', fullName: 'x' });
    assert.equal(taken.status, 409);
    assert.match(taken.text, /MARIE is already taken/);
    assert.equal((await as('paul').submit('/organizations/new', { name: 'settings' })).status, 400);
  });

  it('take members by name, change their roles, and let them write by it', async () => {
    assert.equal((await change('marie', { do: 'add', user: 'Paul', role: 'read' })).status, 303);
    assert.match((await change('marie', { do: 'add', user: 'paul', role: 'read' })).text, /paul is a member already/);
    assert.match((await change('marie', { do: 'add', user: '<i>', role: 'read' })).text, /no user &lt;i>/);
    assert.equal((await change('marie', { do: 'add', user: 'clara', role: 'owner' })).status, 400);
    const create = () => as('paul').submit('/new', { owner: 'Radium', name: 'one', visibility: 'public' });
    assert.equal((await create()).status, 403);
    assert.equal((await change('marie', { do: 'role', user: 'paul', role: 'write' })).status, 303);
    assert.equal((await create()).status, 303);
    assert.match((await as('paul').get('/new')).text, /<option value="Radium"/);
    const own = /Your repositories[\s\S]*href="\/Radium\/one"[\s\S]*Recently updated/;
    assert.match((await as('paul').get('/')).text, own);
    assert.doesNotMatch((await as('clara').get('/')).text, own);
  });

  it('are administered by their administrators and the hub’s, and by nobody else', async () => {
    assert.equal((await as('clara').get(members)).status, 403);
    assert.equal((await as('paul').get('/organizations/Radium/settings/profile')).status, 403);
    assert.match((await as('paul').get(members)).text, /Leave Radium/);
    assert.doesNotMatch((await as('paul').get(members)).text, /value="add"/);
    assert.equal((await change('paul', { do: 'role', user: 'paul', role: 'admin' })).status, 403);
    assert.equal((await as('admin').get('/organizations/Radium/settings/profile')).status, 200);
    assert.equal((await as('admin').get('/organizations/marie/settings')).status, 404);
    assert.equal((await new WebClient(hub.url).get(members)).status, 303);
    assert.equal(rolesNow().paul, 'write');
  });

  it('keep an administrator: the last one neither leaves nor steps down nor is removed', async () => {
    for (const fields of [
      { do: 'leave' },
      { do: 'role', user: 'marie', role: 'write' },
      { do: 'remove', user: 'marie' },
    ])
      assert.match((await change('marie', fields as Record<string, string>)).text, /needs an administrator/);
    assert.equal((await change('marie', { do: 'role', user: 'paul', role: 'admin' })).status, 303);
    assert.equal((await change('marie', { do: 'leave' })).headers.get('location'), '/settings/organizations');
    assert.deepEqual(rolesNow(), { paul: 'admin' });
  });

  it('show name, words and members on their page, and themselves on the pages of members', async () => {
    const page = await as('clara').get('/Radium');
    assert.match(page.text, /Radium Lab · Organisation/);
    assert.match(page.text, /1 member</);
    assert.doesNotMatch(page.text, /href="\/organizations\/Radium\/settings"/);
    assert.match((await as('paul').get('/Radium')).text, /href="\/organizations\/Radium\/settings"/);
    assert.match((await as('clara').get('/paul')).text, /aria-label="Organisations"/);
    const moved = await as('clara').get('/RADIUM?tab=datasets');
    assert.deepEqual([moved.status, moved.headers.get('location')], [308, '/Radium?tab=datasets']);
  });

  it('are deleted when they own nothing and their name is typed', async () => {
    const remove = (confirm: string) =>
      as('paul').submit(members, { confirm }, '/organizations/Radium/settings/profile');
    assert.match((await remove('Radium')).text, /still owns repositories/);
    await as('paul').submit('/Radium/one/settings', { do: 'delete', confirm: 'Radium/one' });
    assert.equal((await remove('radium')).status, 400);
    assert.equal((await remove('Radium')).status, 303);
    assert.equal((await as('paul').get('/Radium')).status, 404);
  });
});

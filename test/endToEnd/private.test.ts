import assert from 'node:assert/strict';
import { commands } from '../../server/commands/index.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

/*
 * A private repository is, to those who may not read it, one that does not exist: what every door answers for it is compared
 * with what it answers for a name that nobody took.
 */

interface Door {
  readonly method?: string;
  /** `ID` stands for owner/name. */
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const lfs = 'application/vnd.git-lfs+json';
const question = JSON.stringify({ inputs: 'x' });
const batch = (operation: string): string => JSON.stringify({ operation, objects: [{ oid: 'a'.repeat(64), size: 3 }] });

const pages = [
  '',
  '/',
  '/tree',
  '/tree/main',
  '/blob/main/README.md',
  '/raw/main/README.md',
  '/resolve/main/README.md',
];
const deeper = ['/resolve/main/none', '/commits/main', '/commit/COMMIT', '/settings', '/like', '?explain=1'];
const api = ['', '/revision/main', '/revision/none', '/tree/main', '/refs', '?expand[]=likes'];
const git2 = ['/info/refs?service=git-upload-pack', '/info/refs?service=git-receive-pack', '.git/info/refs', '/HEAD'];
const doors: readonly Door[] = [
  ...[...pages, ...deeper].flatMap((end) => ['GET', 'HEAD'].map((method) => ({ method, path: `/ID${end}` }))),
  { path: '/ID', headers: { 'If-None-Match': '*' } },
  { path: '/ID/resolve/main/README.md', headers: { 'If-None-Match': '*', Range: 'bytes=0-1' } },
  { path: '/ID', headers: { 'X-Fragment': 'widget' } },
  ...['/ID', '/ID/like', '/ID/settings'].map((path) => ({ method: 'POST', path, body: 'csrf=x', type: form })),
  ...api.map((end) => ({ path: `/api/models/ID${end}` })),
  ...git2.map((end) => ({ path: `/ID${end}` })),
  ...['upload', 'receive'].map((service) => ({
    method: 'POST',
    path: `/ID/git-${service}-pack`,
    body: '0000',
    type: `application/x-git-${service}-pack-request`,
  })),
  ...['download', 'upload'].map((operation) => ({
    method: 'POST',
    path: '/ID.git/info/lfs/objects/batch',
    body: batch(operation),
    type: lfs,
  })),
  { method: 'POST', path: '/ID.git/info/lfs/locks/verify', body: '{}', type: lfs },
  ...['/models/ID', '/models/ID@main', '/pipeline/fill-mask/ID', '/models/ID/pipeline/fill-mask'].map((path) => ({
    method: 'POST',
    path,
    body: question,
    type: json,
  })),
  { path: '/status/ID' },
  // The one-segment name of the private repository, and one of nobody.
  ...['/ALIAS', '/ALIAS/tree/main', '/ALIAS/resolve/main/README.md', '/ALIAS/settings'].map((path) => ({ path })),
  { path: '/ALIAS/info/refs?service=git-upload-pack' },
];

describe('a private repository', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let stranger: string;
  let commit: string;
  before(async () => {
    hub = await startRealHub({ '--inference-enabled': 'false' });
    const { services } = hub.hub;
    for (const name of ['ada', 'eve']) await commands['user add'](services, { name, password: 'correct horse' });
    stranger = await commands['token add'](services, { name: 'eve' });
    const ada = await commands['token add'](services, { name: 'ada' });
    for (const [kind, name] of [
      ['model', 'xylem'],
      ['dataset', 'letters'],
    ] as const) {
      const made = await fetch(`${hub.url}/api/repos/create`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${ada}`, 'Content-Type': json },
        body: JSON.stringify({ type: kind, name, visibility: 'private' }),
      });
      assert.equal(made.status, 200);
    }
    await commands.alias(services, { name: 'phloem', repo: 'ada/xylem' });
    commit = (await services.repositories.open({ kind: 'model', owner: 'ada', name: 'xylem' }).resolve('main'))!;
  });
  after(() => hub.close());

  async function ask(door: Door, names: { id: string; alias: string }, token: string | null): Promise<string> {
    const path = door.path.replace('ID', names.id).replace('ALIAS', names.alias).replace('COMMIT', commit);
    const response = await fetch(hub.url + path, {
      method: door.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(door.type ? { 'Content-Type': door.type } : {}),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...door.headers,
      },
      ...(door.body === undefined ? {} : { body: door.body }),
    });
    const all: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      all[name] = value;
    });
    const { 'x-request-id': id, ...headers } = all;
    for (const name of ['date', 'content-length', 'etag', 'set-cookie']) delete headers[name];
    const text = JSON.stringify([response.status, headers, await response.text()]);
    return text
      .replaceAll(id!, 'REQUEST')
      .replaceAll(names.id.split('/')[1]!, 'NAME')
      .replaceAll(names.alias, 'ALIAS')
      .replace(/name=\\"csrf\\" value=\\"[^"]*"/g, 'csrf');
  }

  for (const who of ['anonymous', 'a stranger']) {
    it(`answers ${who} as a missing one does, at every door`, async () => {
      for (const door of doors) {
        const token = who === 'anonymous' ? null : stranger;
        const hidden = await ask(door, { id: 'ada/xylem', alias: 'phloem' }, token);
        const missing = await ask(door, { id: 'ada/nowhere', alias: 'nobodys' }, token);
        assert.ok(hidden === missing, `${door.method ?? 'GET'} ${door.path}:\n${hidden}\n${missing}`.slice(0, 2000));
      }
    });
  }

  it('is in no list, count or profile of others', async () => {
    for (const path of ['/', '/models?search=xylem', '/datasets', '/ada', '/api/models', '/api/datasets']) {
      const text = await (await fetch(hub.url + path, { headers: { Authorization: `Bearer ${stranger}` } })).text();
      assert.doesNotMatch(text, /ada\/(xylem|letters)/, path);
    }
  });

  it('is not told by the warnings of a card that names it', async () => {
    const push = async (dataset: string): Promise<string> => {
      const copy = await hub.workingCopy({ 'README.md': `---\ndatasets: [${dataset}]\n---\n` });
      const remote = hub.url.replace('://', `://eve:${stranger}@`);
      const pushed = await git(copy, 'push', `${remote}/eve/${dataset.split('/')[1]}`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
      return remoteLines(pushed.text)
        .replaceAll(dataset.split('/')[1]!, 'NAME')
        .replace(/ at [0-9a-f]{7}/, '')
        .replace(/\s+/g, ' ');
    };
    assert.equal(await push('ada/letters'), await push('ada/phantom'));
  });

  it('is made by no page of another site: the API takes no form with our cookie', async () => {
    const browser = new WebClient(hub.url);
    await browser.logIn('ada');
    const { status } = await browser.request('/api/repos/create', {
      method: 'POST',
      headers: { 'Content-Type': form },
      body: JSON.stringify({ type: 'model', name: 'forged' }),
    });
    assert.equal(status, 403);
  });
});

describe('a hub that only people with an account may read', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-enabled': 'false', '--anonymous-read': 'false' });
    const copy = await hub.workingCopy({ 'README.md': '---\ntags: [phloem]\n---\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/xylem`, 'main')).code, 0);
  });
  after(() => hub.close());

  for (const path of ['/', '/models', '/admin', '/admin/xylem', '/admin/xylem/raw/main/README.md', '/api/models']) {
    it(`shows nothing at ${path} to others`, async () => {
      const refused = await fetch(hub.url + path, { redirect: 'manual' });
      assert.equal(refused.status, /^\/api\/|\/raw\//.test(path) ? 401 : 303);
      assert.doesNotMatch(await refused.text(), /phloem|\["id"/);
      const headers = { Authorization: `Bearer ${hub.token}` };
      assert.equal((await fetch(hub.url + path, { headers })).status, 200);
    });
  }

  it('leads who opens a file in a browser to the login', async () => {
    const { status, headers } = await new WebClient(hub.url).get('/admin/xylem/raw/main/README.md');
    assert.deepEqual([status, headers.get('location')], [303, '/login?next=%2Fadmin%2Fxylem%2Fraw%2Fmain%2FREADME.md']);
  });
});

import assert from 'node:assert/strict';
import { codeVersion } from '../../inference/codeVersion.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

describe('activity on the home page', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let ada: WebClient;
  let bo: WebClient;
  before(async () => {
    hub = await startRealHub();
    const { accounts } = hub.hub.services;
    await accounts.addUser({ name: 'bo', password: 'correct horse' });
    await accounts.addUser({ name: 'ada', password: 'correct horse' });
    accounts.addOrganization('lab', accounts.userByName('ada')!.id);
    accounts.setMember('lab', accounts.userByName('bo')!.id, 'write');
    [ada, bo] = [new WebClient(hub.url), new WebClient(hub.url)];
    await ada.logIn('ada');
    await bo.logIn('bo');
  });
  after(() => hub.close());

  async function pushed(name: string, place: string, ...refs: string[]): Promise<string> {
    const { accounts } = hub.hub.services;
    const { token } = accounts.addToken(accounts.userByName(name)!.id, { label: 'x', role: 'write' });
    const copy = await hub.workingCopy({ 'README.md': '# A model\n', 'config.json': '{}' });
    const remote = `${hub.url.replace('://', `://${name}:${token}@`)}/${place}`;
    await git(copy, 'remote', 'add', 'origin', remote);
    const { code, text } = await git(copy, 'push', 'origin', 'main', ...refs);
    assert.equal(code, 0, text);
    return copy;
  }
  const linesOf = async (client: WebClient): Promise<readonly string[]> => {
    const { text } = await client.get('/');
    const list = /<ol class="activity"[\s\S]*?<\/ol>/.exec(text)?.[0] ?? '';
    return [...list.matchAll(/<li class="activity-entry[\s\S]*?<\/li>/g)].map(([line]) =>
      line
        .replace(/<svg[\s\S]*?<\/svg>|<time[\s\S]*?<\/time>|<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  };
  const rowOf = (owner: string, name: string) => hub.hub.services.catalog.find('model', owner, name)!;

  it('is the pushes to one’s repositories and those of one’s organisations, the latest first', async () => {
    const copy = await pushed('ada', 'ada/one');
    for (const message of ['two', 'three']) {
      await git(copy, 'commit', '--allow-empty', '--quiet', `--message=${message}`);
      assert.equal((await git(copy, 'push', 'origin', 'main')).code, 0);
    }
    await pushed('bo', 'lab/two', 'main:refs/heads/next');
    const [first, second, third, ...rest] = await linesOf(ada);
    assert.match(first!, /^bo created the branch main and 1 other of lab\/two$/);
    assert.match(second!, /^You pushed main to ada\/one · 2 times$/);
    assert.match(third!, /^You created the branch main of ada\/one$/);
    assert.deepEqual(rest, []);
    assert.deepEqual((await linesOf(bo)).length, 1);
    const oid = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
    assert.match((await ada.get('/')).text, new RegExp(`href="/ada/one/commit/${oid}"`));
  });

  it('says what will be there while nothing happened, and nothing to strangers', async () => {
    const admin = new WebClient(hub.url);
    await admin.logIn('admin');
    assert.match(
      (await admin.get('/')).text,
      /Pushes to your repositories and those of your organisations appear here/,
    );
    assert.doesNotMatch((await new WebClient(hub.url).get('/')).text, /id="activity"/);
  });

  it('is what failed, with its reason and the page that helps, until it is mended', async () => {
    const { services } = hub.hub;
    const one = rowOf('ada', 'one');
    const before = await linesOf(ada);
    services.indexFailures.add(one.id, 'README.md <b> cannot be read');
    const head = services.index.get(one.ref)!.head!;
    const key = await services.snapshotKey(one.ref, head);
    services.runProblems.add(one.id, key, codeVersion(), {
      graph: 'model.onnx',
      task: null,
      reason: 'no such operator',
    });
    services.runProblems.add(rowOf('lab', 'two').id, 'older files', codeVersion(), {
      graph: 'a',
      task: null,
      reason: 'old',
    });
    const after = await linesOf(ada);
    assert.equal(after.length, before.length + 2);
    assert.ok(after.includes('ada/one could not be indexed. Read it again README.md &lt;b> cannot be read'));
    assert.ok(after.includes('ada/one does not run. What helps no such operator'));
    await services.indexer.reindex(one.ref);
    services.runProblems.forget(one.id);
    assert.deepEqual(await linesOf(ada), before);
  });

  it('is what others did in discussions of one’s repositories, and in those that one takes part in', async () => {
    const { catalog, discussions, accounts } = hub.hub.services;
    const row = rowOf('ada', 'one');
    catalog.setPrivate(row.id, false);
    await accounts.addUser({ name: 'cy', password: 'correct horse' });
    const cy = new WebClient(hub.url);
    await cy.logIn('cy');
    const talk = '/ada/one/discussions';
    const said = async (client: WebClient): Promise<readonly string[]> =>
      (await linesOf(client)).filter((line) => line.includes('#1'));
    await bo.submit(`${talk}/new`, { type: 'discussion', title: 'Why <b>?', text: '' });
    assert.deepEqual(await said(ada), ['bo began Why &lt;b>? #1 of ada/one']);
    assert.deepEqual([await said(bo), await said(cy)], [[], []]);
    await cy.submit(`${talk}/1`, { do: 'comment', text: 'Indeed' });
    assert.deepEqual(await said(bo), ['cy wrote in Why &lt;b>? #1 of ada/one']);
    await ada.submit(`${talk}/1`, { do: 'title', title: 'Because' });
    await ada.submit(`${talk}/1`, { do: 'close', text: '' });
    for (const client of [bo, cy]) assert.deepEqual(await said(client), ['ada closed Because #1 of ada/one']);
    assert.deepEqual(await said(ada), ['cy wrote in Because #1 of ada/one']);
    catalog.setPrivate(row.id, true);
    assert.deepEqual([await said(bo), await said(cy)], [[], []]);
    discussions.undo(discussions.find(row.id, 1)!.id);
  });

  it('tells nothing of repositories that one may no longer read', async () => {
    const { accounts, catalog } = hub.hub.services;
    accounts.setMember('lab', accounts.userByName('bo')!.id, null);
    assert.deepEqual(await linesOf(bo), []);
    catalog.setDisabled(rowOf('ada', 'one').id, 'spam');
    assert.ok((await linesOf(ada)).every((line) => line.includes('lab/two')));
  });
});

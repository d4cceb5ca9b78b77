import assert from 'node:assert/strict';
import { callApi } from '../../../support/askApi.js';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

const ref = { kind: 'model', owner: 'admin', name: 'made' } as const;

describe('branches and tags over the API', function () {
  this.timeout(180_000);
  let real: RealHub;

  before(async () => {
    real = await startRealHub({ '--demo': 'false' });
    assert.equal((await ask('POST', '/api/repos/create', { name: 'made' })).status, 200);
    await write('first.txt', 'main');
  });
  after(() => real?.close());

  const ask = (method: string, place: string, body?: unknown) => callApi(real, method, place, body);
  const at = (place: string): string => `/api/models/admin/made/${place}`;
  async function write(path: string, branch: string): Promise<void> {
    const lines = [
      { key: 'header', value: { summary: `write ${path}` } },
      { key: 'file', value: { path, content: `${path} ${branch}`, encoding: 'utf-8' } },
    ];
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const answer = await ask('POST', at(`commit/${encodeURIComponent(branch)}`), body);
    assert.equal(answer.status, 200, await answer.text());
  }
  const inGit = async (...args: string[]): Promise<string> =>
    (await git(real.hub.services.data.repository(ref), ...args)).text.trim();
  async function made(answer: Response): Promise<void> {
    assert.equal(answer.status, 200, await answer.clone().text());
  }
  async function refused(answer: Response, status: number, words: string, code: string | null = null): Promise<void> {
    const text = ((await answer.json()) as { error: string }).error;
    assert.equal(answer.status, status, text);
    assert.ok(text.includes(words), text);
    assert.equal(answer.headers.get('X-Error-Code'), code);
  }

  it('makes a branch at the head, or at any revision', async () => {
    const first = await inGit('rev-parse', 'main');
    await write('second.txt', 'main');
    await made(await ask('POST', at('branch/dev%2Fone'), {}));
    assert.equal(await inGit('rev-parse', 'dev/one'), await inGit('rev-parse', 'main'));
    await made(await ask('POST', at('branch/old'), { startingPoint: first.slice(0, 7) }));
    assert.equal(await inGit('rev-parse', 'old'), first);
    await refused(
      await ask('POST', at('branch/other'), { startingPoint: 'none' }),
      404,
      'Invalid rev id: none',
      'RevisionNotFound',
    );
  });

  it('makes none where the name of another is a folder of it, none with the name of a ref or of a commit', async () => {
    await refused(await ask('POST', at('branch/dev'), {}), 409, 'Reference refs/heads/dev/one already exists');
    await refused(await ask('POST', at('branch/old%2Ftwo'), {}), 409, 'Reference refs/heads/old already exists');
    await refused(await ask('POST', at('branch/dev'), { emptyBranch: true }), 409, 'refs/heads/dev/one already exists');
    await refused(await ask('POST', at('tag/main'), { tag: '0'.repeat(40) }), 400, 'Invalid reference for a tag');
    for (const name of ['refs/heads/q', '1'.repeat(40)])
      await refused(
        await ask('POST', at(`branch/${encodeURIComponent(name)}`), {}),
        400,
        'Invalid reference for a branch',
      );
  });

  it('makes no branch twice, but moves one when asked to', async () => {
    await refused(await ask('POST', at('branch/old'), {}), 409, 'Reference refs/heads/old already exists');
    const head = await inGit('rev-parse', 'main');
    const before = await inGit('rev-parse', 'old');
    await made(await ask('POST', at('branch/old'), { overwrite: true }));
    assert.equal(await inGit('rev-parse', 'old'), before);
    await made(await ask('POST', at('branch/old'), { overwrite: true, startingPoint: 'main' }));
    assert.equal(await inGit('rev-parse', 'old'), head);
  });

  it('makes an empty branch', async () => {
    await made(await ask('POST', at('branch/empty'), { emptyBranch: true }));
    assert.equal(await inGit('ls-tree', '-r', '--name-only', 'empty'), '.gitattributes');
    assert.equal(await inGit('rev-list', '--count', 'empty'), '1');
    await write('in-empty.txt', 'empty');
  });

  for (const name of ['refs%2Fpr%2F1', 'HEAD', 'a b', '-a', 'a.lock', 'a~1']) {
    it(`makes no branch and no tag called ${decodeURIComponent(name)}`, async () => {
      const place = at(`branch/${encodeURIComponent(decodeURIComponent(name))}`);
      await refused(await ask('POST', place, {}), 400, 'Invalid reference for a branch');
      await refused(
        await ask('POST', at('tag/main'), { tag: decodeURIComponent(name) }),
        400,
        'Invalid reference for a tag',
      );
    });
  }

  it('removes a branch, but not the default one, none that is not there, and no tag', async () => {
    await made(await ask('POST', at('branch/gone'), {}));
    await made(await ask('DELETE', at('branch/gone')));
    await refused(await ask('DELETE', at('branch/gone')), 404, 'Invalid rev id: gone', 'RevisionNotFound');
    await refused(await ask('DELETE', at('branch/main')), 400, 'Cannot delete refs/heads/main');
    await made(await ask('POST', at('tag/main'), { tag: 'only' }));
    await refused(await ask('DELETE', at('branch/only')), 404, 'Invalid rev id: only', 'RevisionNotFound');
  });

  it('makes tags, with a message annotated ones, and removes them', async () => {
    await made(await ask('POST', at('tag/main'), { tag: 'v1' }));
    assert.equal(await inGit('cat-file', '-t', 'refs/tags/v1'), 'commit');
    await made(await ask('POST', at('tag/dev%2Fone'), { tag: 'v2/a', message: 'Words\n\nand more' }));
    assert.equal(await inGit('cat-file', '-t', 'refs/tags/v2/a'), 'tag');
    assert.match(await inGit('cat-file', '-p', 'refs/tags/v2/a'), /tag v2\/a\ntagger admin <.*\n\nWords\n\nand more$/);
    assert.equal(await inGit('rev-parse', 'v2/a^{commit}'), await inGit('rev-parse', 'dev/one'));
    await refused(await ask('POST', at('tag/main'), { tag: 'v1' }), 409, 'Reference refs/tags/v1 already exists');
    await refused(
      await ask('POST', at('tag/main'), { tag: 'v2/a', message: 'x' }),
      409,
      'Reference refs/tags/v2/a already exists',
    );
    await refused(await ask('POST', at('tag/none'), { tag: 'v3' }), 404, 'Invalid rev id: none', 'RevisionNotFound');
    for (const tag of ['v1', 'v2%2Fa']) await made(await ask('DELETE', at(`tag/${tag}`)));
    await refused(await ask('DELETE', at('tag/v1')), 404, 'Invalid rev id: v1', 'RevisionNotFound');
  });

  it('lets a branch and a tag share a name', async () => {
    await made(await ask('POST', at('tag/main'), { tag: 'same' }));
    await made(await ask('POST', at('branch/same'), {}));
    await made(await ask('DELETE', at('tag/same')));
    assert.equal(await inGit('rev-parse', 'refs/heads/same'), await inGit('rev-parse', 'main'));
  });

  it('makes the history of a branch one commit with the same files', async () => {
    const before = await inGit('rev-parse', 'main^{tree}');
    await made(await ask('POST', at('super-squash/main'), { message: 'One\n\nof many' }));
    assert.equal(await inGit('rev-parse', 'main^{tree}'), before);
    assert.equal(await inGit('rev-list', '--count', 'main'), '1');
    assert.equal(await inGit('log', '-1', '--format=%s|%b|%an', 'main'), 'One|of many\n|admin');
    assert.equal(real.hub.services.index.get(ref)?.head, await inGit('rev-parse', 'main'));
    await refused(await ask('POST', at('super-squash/none'), {}), 404, 'Invalid rev id: none', 'RevisionNotFound');
  });
});

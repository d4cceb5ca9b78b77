import assert from 'node:assert/strict';
import {
  commit,
  createBranch,
  createRepo,
  deleteBranch,
  deleteFile,
  deleteFiles,
  downloadFile,
  type HubApiError,
  listFiles,
  uploadFile,
  uploadFiles,
} from '@huggingface/hub';
import { type RealHub, startRealHub } from '../support/realHub.js';

describe('uploads by JavaScript’s client, unmodified', function () {
  this.timeout(300_000);
  let hub: RealHub;
  let to: { repo: string; hubUrl: string; accessToken: string };
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    to = { repo: 'admin/js', hubUrl: hub.url, accessToken: hub.token };
    await createRepo({ ...to, license: 'mit' });
  });
  after(() => hub?.close());

  const file = (path: string, content: string) => ({ path, content: new Blob([content]) });
  async function paths(revision = 'main'): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { path, type } of listFiles({ ...to, revision, recursive: true }))
      if (type === 'file') found.push(path);
    return found.toSorted();
  }
  async function statusOf(call: Promise<unknown>): Promise<number> {
    return call.then(
      () => 200,
      (error: HubApiError) => error.statusCode,
    );
  }

  it('arrive, and go again', async () => {
    const { commit: made } = (await uploadFile({ ...to, file: file('a.txt', 'hello') }))!;
    assert.equal(made.url, `${hub.url}/admin/js/commit/${made.oid}`);
    await uploadFiles({
      ...to,
      files: [file('w.bin', 'w'.repeat(3_000_000)), file('x/y.txt', 'äöü'), file('z.txt', 'z')],
    });
    await commit({
      ...to,
      title: 'both',
      operations: [
        { operation: 'addOrUpdate', ...file('c.txt', 'c') },
        { operation: 'delete', path: 'a.txt' },
      ],
    });
    assert.deepEqual(await paths(), ['.gitattributes', 'README.md', 'c.txt', 'w.bin', 'x/y.txt', 'z.txt']);
    assert.equal(await (await downloadFile({ ...to, path: 'x/y.txt' }))!.text(), 'äöü');
    assert.equal((await downloadFile({ ...to, path: 'w.bin' }))!.size, 3_000_000);
    await deleteFile({ ...to, path: 'z.txt' });
    await deleteFiles({ ...to, paths: ['c.txt', 'x/y.txt'] });
    assert.deepEqual(await paths(), ['.gitattributes', 'README.md', 'w.bin']);
  });

  it('of large files come in parts', async () => {
    const content = new Blob([new Uint8Array(300_000_000).fill(7)]);
    await uploadFiles({ ...to, useXet: false, files: [{ path: 'large.bin', content }] });
    assert.equal((await downloadFile({ ...to, path: 'large.bin' }))!.size, 300_000_000);
  });

  it('go to branches, and never on a parent that is not the head', async () => {
    await createBranch({ ...to, branch: 'dev' });
    assert.equal(await statusOf(createBranch({ ...to, branch: 'dev' })), 409);
    await createBranch({ ...to, branch: 'dev', overwrite: true });
    await createBranch({ ...to, branch: 'empty', empty: true });
    await uploadFile({ ...to, branch: 'empty', file: file('e.txt', 'e') });
    assert.deepEqual(await paths('empty'), ['.gitattributes', 'e.txt']);
    await deleteBranch({ ...to, branch: 'dev' });
    const operations = [{ operation: 'addOrUpdate' as const, ...file('p.txt', 'p') }];
    const stale = commit({ ...to, title: 'late', parentCommit: '0'.repeat(40), operations });
    assert.equal(await statusOf(stale), 412);
  });
});

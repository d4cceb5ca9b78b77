import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beginPullRequest } from '../../support/beginPullRequest.js';
import { git, type RealHub, remoteLines, startRealHub } from '../../support/realHub.js';

const person = 'A <a@example.org>';

describe('pushes of objects that no tool of git makes', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy = '';
  before(async () => {
    hub = await startRealHub();
    copy = await hub.workingCopy({ 'README.md': '# x\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/odd`, 'main')).code, 0);
  });
  after(() => hub.close());

  async function write(type: string, content: string): Promise<string> {
    await writeFile(path.join(hub.folder, 'object'), content);
    const { text } = await git(copy, 'hash-object', '-t', type, '-w', '--literally', path.join(hub.folder, 'object'));
    return text.trim();
  }
  const treeOf = async (name: string): Promise<string> => (await git(copy, 'rev-parse', `${name}^{tree}`)).text.trim();
  async function commit(message: string, date = '1700000000'): Promise<string> {
    const lines = [
      `tree ${await treeOf('main')}`,
      `author ${person} ${date} +0000`,
      `committer ${person} ${date} +0000`,
    ];
    return write('commit', `${lines.join('\n')}\n\n${message}\n`);
  }
  const push = (...refs: string[]) => git(copy, 'push', `${hub.remote}/admin/odd`, ...refs);

  it('a branch or pull request that names no commit is refused by its name; a tag may', async () => {
    const blob = await write('blob', 'bytes');
    for (const ref of ['refs/heads/blob', `refs/pr/${beginPullRequest(hub, 'odd')}`]) {
      const pushed = await push(`${blob}:${ref}`);
      assert.notEqual(pushed.code, 0);
      assert.match(remoteLines(pushed.text), new RegExp(`${ref} must name a commit`));
    }
    const tagged = await push(`${blob}:refs/tags/blob`, `${await treeOf('main')}:refs/tags/tree`);
    assert.equal(tagged.code, 0, tagged.text);
  });

  it('a commit of a year that no calendar here has is shown', async () => {
    const pushed = await push(`${await commit('later', '99999999999999')}:refs/heads/later`);
    assert.equal(pushed.code, 0, pushed.text);
    for (const page of ['tree/later', 'commits/later'])
      assert.equal((await fetch(`${hub.url}/admin/odd/${page}`)).status, 200, page);
  });
});

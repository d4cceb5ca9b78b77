import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('the page of a folder', function () {
  this.timeout(60_000);
  let hub: RealHub;
  const many = Object.fromEntries(Array.from({ length: 1003 }, (_, number) => [`many/${number}.txt`, '\n']));

  before(async () => {
    hub = await startRealHub();
    const copy = await hub.workingCopy({
      'README.md': '# Card of the root\n',
      'a/b/c/file.txt': 'x\n',
      'docs/sub/ReadMe.md': '# Of the folder\n\n[a file](other.txt) $$x$$\n',
      'docs/other.txt': 'x\n',
      'a\u202egnp.txt': 'x\n',
      'safe.pkl': Buffer.from('\x80\x02]q\x00.', 'latin1'),
      'evil.pkl': Buffer.from('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.', 'latin1'),
      ...many,
    });
    await writeFile(path.join(copy, 'docs/other.txt'), 'y\n');
    hub.hub.services.accounts.setEmail(hub.hub.services.accounts.userByName('admin')!.id, 'ada@example.org');
    const author = '--author=Ada L <Ada@example.org>';
    await git(copy, 'commit', '--quiet', '--all', author, '--message=Second\n\nMore of it.');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    await git(copy, 'branch', 'team/idea');
    await git(copy, 'tag', 'v1');
    await git(copy, 'push', `${hub.remote}/admin/files`, 'team/idea', 'v1');
  });
  after(() => hub.close());

  const page = async (address: string, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(`${hub.url}/admin/files/${address}`, { headers });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text;
  };
  /** With all that git may be slow to find. */
  const found = (address: string): Promise<string> => page(address, { 'X-Fragment': 'last-commits' });

  it('folds folders that hold one folder alone, and writes out what hides in names', async () => {
    const root = await page('tree/main');
    assert.match(root, /href="\/admin\/files\/tree\/main\/a\/b\/c"><bdi>a\/b\/c</);
    assert.match(root, /href="\/admin\/files\/tree\/main\/docs"><bdi>docs</);
    assert.match(root, /a\[U\+202E\]gnp\.txt/);
    assert.doesNotMatch(root, /\u202e/);
  });

  it('tells the last commits, who wrote the newest with their account, and how many there are', async () => {
    const root = await found('tree/main');
    assert.match(root, /id="last-commit"[\s\S]*href="\/admin"[^>]*><bdi>Ada L<[\s\S]*Second[\s\S]*More of it\./);
    assert.match(root, /2 commits<\/a> · 1 contributor</);
    assert.match(root, /docs<[\s\S]*?Second[\s\S]*evil\.pkl<[\s\S]*?first/);
    assert.doesNotMatch(root, /data-late|<html/);
    assert.match(await found('tree/main/docs/sub'), /id="last-commit"(?:(?!<\/div><\/div>)[\s\S])*first/);
  });

  it('marks pickles by what they import', async () => {
    const root = await found('tree/main');
    assert.match(root, /evil\.pkl<[\s\S]*?pickle: dangerous/);
    assert.match(root, /safe\.pkl<[\s\S]*?imports 0/);
  });

  it('shows the README of a folder, but not that of the root, which is the card', async () => {
    const folder = await page('tree/main/docs/sub');
    assert.match(
      folder,
      /ReadMe\.md[\s\S]*Of the folder[\s\S]*href="\/admin\/files\/blob\/main\/docs\/sub\/other\.txt"/,
    );
    assert.match(folder, /class="katex/);
    assert.doesNotMatch(await page('tree/main'), /Card of the root/);
  });

  it('parts a long folder into pages', async () => {
    const first = await page('tree/main/many');
    assert.match(first, /1–500 of 1,003 entries/);
    assert.match(first, /href="\/admin\/files\/tree\/main\/many\?after=499\.txt" rel="next"/);
    const second = await page('tree/main/many?after=499.txt');
    assert.match(second, /500\.txt[\s\S]*501–1,000 of 1,003/);
    assert.match(second, /href="\/admin\/files\/tree\/main\/many" rel="prev"/);
    assert.match(await found('tree/main/many?after=999.txt'), /1000\.txt/);
  });

  it('leads to the same folder at other branches and tags', async () => {
    const folder = await page('tree/main/docs');
    for (const href of ['tree/team%2Fidea/docs', 'tree/v1/docs', 'refs'])
      assert.match(folder, new RegExp(`href="/admin/files/${href}"`));
  });
});

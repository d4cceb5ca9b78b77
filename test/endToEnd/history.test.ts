import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

describe('the history of files', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy: string;
  const lines = Array.from({ length: 80 }, (_, number) => `line ${number}`);
  const text = (change: Readonly<Record<number, string>> = {}): string =>
    `${lines.map((line, number) => change[number] ?? line).join('\n')}\n`;

  async function commit(message: string, files: Readonly<Record<string, string>>, ...more: string[]): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(copy, name)), { recursive: true });
      await writeFile(path.join(copy, name), content);
    }
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', `--message=${message}`, ...more);
  }

  before(async () => {
    hub = await startRealHub();
    hub.hub.services.accounts.setEmail(hub.hub.services.accounts.userByName('admin')!.id, 'ada@example.org');
    copy = await hub.workingCopy({ 'README.md': '---\nlicense: mit\ntags: [a]\n---\n# Card\n', 'old.txt': text() });
    await git(copy, 'mv', 'old.txt', 'new.txt');
    await commit('Another name', {});
    await git(copy, 'checkout', '--quiet', '-b', 'side');
    await commit('Beside', { 'side.txt': 'x\n' });
    await git(copy, 'checkout', '--quiet', 'main');
    await commit('Middle', { 'new.txt': text({ 40: 'MIDDLE' }) }, '--author=Grace <grace@example.org>');
    await git(copy, 'merge', '--quiet', '--no-ff', '--message=Both', 'side');
    await commit('Metadata', { 'README.md': '---\nlicense: apache-2.0\ndatasets: [glue]\n---\n# Card\n' });
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, number) => [`many/${number}.txt`, `${number}\n`]));
    await commit('Many', many);
    const pushed = await git(copy, 'push', `${hub.remote}/admin/past`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  const page = async (address: string, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(`${hub.url}/admin/past/${address}`, { headers });
    const html = await answer.text();
    assert.equal(answer.status, 200, html);
    return html;
  };
  const idOf = async (message: string): Promise<string> =>
    (await git(copy, 'log', '-1', '--format=%H', `--grep=^${message}$`, 'main')).text.trim();

  it('marks merges, links authors who have an account, and leads to the files of each commit', async () => {
    const all = await page('commits/main');
    assert.match(all, /Both<[\s\S]*?class="badge">merge</);
    assert.match(all, /href="\/admin"[^>]*><bdi>Ada</);
    assert.match(all, new RegExp(`href="/admin/past/tree/${await idOf('Middle')}"`));
    assert.match(all, /<bdi class="person">Grace</);
  });

  it('follows a file through its renames, with its name at each commit', async () => {
    const file = await page('commits/main/new.txt');
    assert.match(file, /Middle[\s\S]*Another name[\s\S]*first/);
    assert.match(file, /old\.txt[\s\S]*href="\/admin\/past\/blob\/[0-9a-f]{40}\/old\.txt"/);
    assert.match(await page('commits/main/none.txt'), /No commits touch this path/);
  });

  it('shows who committed what another wrote, and where a change can be looked around', async () => {
    const id = await idOf('Middle');
    const shown = await page(`commit/${id}`);
    assert.match(shown, /Grace[\s\S]*committed by[\s\S]*href="\/admin"/);
    assert.match(shown, /line 37[\s\S]*MIDDLE[\s\S]*line 43/);
    assert.doesNotMatch(shown, /line 30/);
    const more = /href="([^"]*context=23[^"]*)"/.exec(shown)![1]!.replaceAll('&amp;', '&');
    const around = await (await fetch(hub.url + more, { headers: { 'X-Fragment': 'file' } })).text();
    assert.match(around, /^<hub-diff>[\s\S]*line 17[\s\S]*MIDDLE[\s\S]*line 63/);
    assert.match(around, /context=43/);
    assert.doesNotMatch(await page(`commit/${id}?file=new.txt&context=100`), /Show 20 more lines/);
  });

  it('tells which fields of a card changed', async () => {
    const shown = await page(`commit/${await idOf('Metadata')}`);
    assert.match(shown, /license<\/th><td[^>]*><del[^>]*>mit<\/del> → <ins[^>]*>apache-2\.0</);
    assert.match(shown, /datasets<\/th><td[^>]*><ins[^>]*>glue</);
    assert.match(shown, /tags<\/th><td[^>]*><del[^>]*>a</);
  });

  it('parts a commit of many files into pages, each file with an anchor of its path', async () => {
    const first = await page('commit/main');
    assert.match(first, /130 files[\s\S]*aria-label="Pages of changed files"/);
    // sha256 of "many/0.txt"
    assert.match(first, /id="diff-[0-9a-f]{64}"/);
    assert.equal(first.match(/<hub-diff>/g)!.length, 100);
    assert.equal((await page('commit/main?p=1')).match(/<hub-diff>/g)!.length, 30);
  });

  it('shows the first commit against nothing', async () => {
    const shown = await page(`commit/${await idOf('first')}`);
    assert.match(shown, /first commit[\s\S]*old\.txt[\s\S]*line 79/);
  });
});

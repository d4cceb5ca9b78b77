import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { requireTool } from '../support/require.js';

describe('pages of files', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let copy: string;
  const bidi = 'x = "a\u202eb"\n';

  before(async () => {
    hub = await startRealHub();
    copy = await hub.workingCopy({
      'README.md': '---\nlicense: mit\ntags: [a, b]\n---\n# Card\n',
      'docs/guide.md': '# Guide\n\n[up](../README.md) ![p](p.png) <script>alert(1)</script> $$x$$\n',
      'docs/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      'data/rows.csv': 'text,label\n<script>alert(1)</script>,1\n',
      'run.ipynb': JSON.stringify({
        nbformat: 4,
        metadata: { language_info: { name: 'python' } },
        cells: [
          { cell_type: 'markdown', source: '## Title\n<img src=x onerror=alert(1)>' },
          {
            cell_type: 'markdown',
            source: '![A plan](attachment:my%20plan.png) ![](attachment:gone.png)',
            attachments: { 'my plan.png': { 'image/png': 'iVBORw0KGgo=' } },
          },
          {
            cell_type: 'code',
            source: 'import os',
            execution_count: 1,
            outputs: [{ output_type: 'stream', text: '<b>out</b>' }],
          },
        ],
      }),
      'broken.ipynb': '{"cells": 5}',
      'src/main.py': 'import os\n',
      'src/bidi.py': bidi,
      'notes.txt': Buffer.from('\ufeffÉté\nschön\n', 'utf16le'),
      'sheet.csv': Buffer.from('\ufeffname,wert\nä,1\n', 'utf16le').swap16(),
      'odd.txt': Buffer.from('\ufeffa\0b', 'utf16le'),
      'large.txt': `${'word '.repeat(120_000)}\n`,
      'empty.txt': '',
      'sound.wav': Buffer.from('RIFF'),
      'model.safetensors': safetensors({ 'a.b.weight': [2, 2], 'a.b.bias': [2] }),
      'part-2.safetensors': safetensors({ second: [4] }),
      'model.safetensors.index.json': JSON.stringify({
        weight_map: {
          'a.b.weight': 'model.safetensors',
          second: 'part-2.safetensors',
          third: 'gone.safetensors',
          fourth: '../outside.safetensors',
        },
      }),
      'broken.gguf': Buffer.from('GGUF'),
      'evil.pkl': Buffer.from('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.', 'latin1'),
    });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  /** Commits and pushes. */
  async function change(message: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(copy, name), content);
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', `--message=${message}`);
    const pushed = await git(copy, 'push', `${hub.remote}/admin/files`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  const page = async (path: string): Promise<string> => {
    const answer = await fetch(`${hub.url}/admin/files${path.startsWith('?') ? '' : '/'}${path}`);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    assert.doesNotMatch(text, /<script>alert|onerror=/);
    return text;
  };

  it('show Markdown as a card does, with links from its folder, and its source beside', async () => {
    const guide = await page('blob/main/docs/guide.md');
    assert.match(guide, /<h2[^>]*>Guide/);
    assert.match(guide, /href="\/admin\/files\/blob\/main\/README\.md"/);
    assert.match(guide, /src="\/admin\/files\/resolve\/main\/docs\/p\.png"/);
    assert.match(guide, /class="katex/);
    assert.match(guide, /href="\/admin\/files\/blob\/main\/docs\/guide\.md\?code=true"/);
    assert.match(await page('blob/main/docs/guide.md?code=true'), /id="L1"/);
    assert.match(await page('blob/main/README.md'), /<dt class="mono">tags<\/dt><dd[^>]*>a, b</);
  });

  it('show text in UTF-16, which the form for edits leaves alone', async () => {
    const notes = await page('blob/main/notes.txt');
    assert.match(notes, /Text in UTF-16[\s\S]*Été[\s\S]*schön/);
    assert.doesNotMatch(notes, /files\/(edit|blame)\/main/);
    assert.match(await page('blob/main/sheet.csv'), /<th[^>]*>wert<[\s\S]*<td[^>]*>ä</);
    assert.match(await page('blob/main/odd.txt'), /unknown binary/);
  });

  it('show tables, notebooks and drawings without running anything of them', async () => {
    assert.match(await page('blob/main/data/rows.csv'), /<td[^>]*>&lt;script>alert/);
    const notebook = await page('blob/main/run.ipynb');
    assert.match(notebook, /<img src="data:image\/png;base64,iVBORw0KGgo=" alt="A plan"[^>]*>/);
    assert.match(notebook, /<img alt="" loading="lazy"><\/p>/);
    assert.match(notebook, /In \[1\][\s\S]*hljs-keyword">import<[\s\S]*&lt;b>out/);
    const drawing = await fetch(`${hub.url}/admin/files/resolve/main/docs/logo.svg`, {
      headers: { accept: 'image/avif,image/*,*/*;q=0.8' },
    });
    assert.equal(drawing.headers.get('content-type'), 'image/svg+xml');
    assert.match(drawing.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/);
    const opened = await fetch(`${hub.url}/admin/files/resolve/main/docs/logo.svg`, {
      headers: { accept: 'text/html,image/avif' },
    });
    assert.match(opened.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await page('blob/main/docs/logo.svg'), /<img[^>]*src="data:image\/svg\+xml;base64,/);
    assert.match(await page('blob/main/broken.ipynb'), /id="L1"/);
    assert.match(await page('blob/main/sound.wav'), /<audio[^>]*controls/);
  });

  it('show text with numbered lines, up to a size, and warn of what cannot be seen', async () => {
    assert.match(await page('blob/main/src/main.py'), /<hub-lines>[\s\S]*id="L1"/);
    assert.match(await page('blob/main/src/bidi.py'), /cannot be seen[^<]*line 1/);
    assert.match(await page('blob/main/large.txt'), /too large to be shown whole/);
    assert.match(await page('blob/main/empty.txt'), /This file is empty/);
  });

  it('show what headers of weights say', async () => {
    const weights = await page('blob/main/model.safetensors');
    assert.match(weights, /Safetensors[\s\S]*Parameters<\/dt><dd>6[\s\S]*a\.b<[\s\S]*\[2, 2\]/);
    assert.match(await page('blob/main/broken.gguf'), /Its header cannot be read/);
    assert.match(await page('blob/main/evil.pkl'), /posix\.system[\s\S]*dangerous/);
  });

  it('write out hidden characters when asked', async () => {
    const plain = await page('blob/main/src/bidi.py');
    assert.match(plain, /href="\/admin\/files\/blob\/main\/src\/bidi\.py\?reveal=true"[^>]*>Reveal them/);
    const revealed = await page('blob/main/src/bidi.py?reveal=true');
    assert.match(revealed, /class="revealed">U\+202E</);
    assert.doesNotMatch(revealed, /\u202e/);
  });

  it('offer a link to copy, and all shards of an index as one', async () => {
    const shown = await page('blob/main/src/main.py');
    assert.match(shown, /data-text="http:[^"]*\/admin\/files\/resolve\/main\/src\/main\.py\?download=true"/);
    const index = await page('blob/main/model.safetensors.index.json');
    assert.match(index, /Parameters<\/dt><dd>10/);
    for (const name of ['a.b', 'second']) assert.ok(index.includes(`>${name}<`), name);
    assert.match(index, /gone\.safetensors is not in the repository/);
    assert.match(await page('blob/main/model.safetensors.index.json?code=true'), /id="L1"/);
  });

  it('go out without a header that takes time, which the script asks for', async () => {
    const { repositories } = hub.hub.services;
    const { open } = repositories;
    await change('Slow weights', { 'slow.safetensors': safetensors({ 'slow.weight': [2] }) });
    let answer = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    repositories.open = (ref) => {
      const repository = open.call(repositories, ref);
      return Object.assign(Object.create(repository), {
        open: async (...entry: Parameters<typeof repository.open>) => {
          await isAsked;
          return repository.open(...entry);
        },
      });
    };
    try {
      const late = await page('blob/main/slow.safetensors');
      assert.match(late, /<hub-late data-fragment="header"[\s\S]*Reading header…/);
      assert.doesNotMatch(late, /slow\.weight/);
      const piece = fetch(`${hub.url}/admin/files/blob/main/slow.safetensors`, { headers: { 'X-Fragment': 'header' } });
      answer();
      const text = await (await piece).text();
      assert.match(text, /Safetensors[\s\S]*slow/);
      assert.doesNotMatch(text, /<html|hub-late/);
    } finally {
      answer();
      repositories.open = open;
    }
    assert.doesNotMatch(await page('blob/main/slow.safetensors'), /hub-late/);
  });

  it('lead from ?show_tensors= to the page of a weight file', async () => {
    for (const address of ['', '/tree/main'])
      assert.match(await page(`${address.slice(1)}?show_tensors=model.safetensors`), /Safetensors/);
  });

  it('show what a commit changed: words, renames, sizes, and the tensors of weights', async () => {
    await git(copy, 'mv', 'empty.txt', 'moved.txt');
    await change('Several changes', {
      'src/main.py': 'import sys\n',
      'sound.wav': Buffer.from('RIFF\0\0'),
      'model.safetensors': safetensors({ 'a.b.weight': [2, 3], 'a.c': [1] }),
    });
    const commit = await page('commit/main');
    assert.match(commit, /import <del>os<\/del>[\s\S]*import <ins>sys<\/ins>/);
    assert.match(commit, /Before<\/dt><dd>4 B[\s\S]*After<\/dt><dd>6 B/);
    assert.match(commit, /1 added, 1 removed, 1 of another type or shape, 0 of the same/);
    assert.match(commit, /F32 \[2, 2\] → F32 \[2, 3\]/);
    assert.match(commit, /renamed from empty\.txt/);
    assert.match(await page('commit/main?style=split'), /class="code-lines patch-split"/);
  });

  it('show files of Git LFS as sizes and hashes, in their own page too', async function () {
    requireTool(this, 'git-lfs');
    const other = await hub.workingCopy({ 'notes.txt': 'one\n' }, { lfs: ['*.txt'] });
    await git(other, 'push', `${hub.remote}/admin/large`, 'main');
    await writeFile(path.join(other, 'notes.txt'), 'one two\n');
    await git(other, 'commit', '--quiet', '--all', '--message=second');
    const pushed = await git(other, 'push', `${hub.remote}/admin/large`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    const at = async (address: string) => (await fetch(`${hub.url}/admin/large/${address}`)).text();
    const commit = await at('commit/main');
    assert.match(commit, /Before<\/dt><dd>4 B · SHA-256[\s\S]*After<\/dt><dd>8 B · SHA-256/);
    assert.doesNotMatch(commit, /git-lfs\.github\.com/);
    assert.match(
      await at('blob/main/notes.txt'),
      /Stored with Git LFS[\s\S]*\(8 bytes\)[\s\S]*oid sha256:[\s\S]*one two/,
    );
    const { data } = hub.hub.services;
    const [oid] = /[0-9a-f]{64}/.exec(await at('raw/main/notes.txt'))!;
    await rm(data.lfsObject(oid));
    assert.match(await at('blob/main/notes.txt'), /missing on this hub[\s\S]*git lfs push --all origin/);
  });

  it('leave out what only changes white space when asked, and show a long change on a page of its own', async () => {
    await change('Long', { 'src/main.py': 'import  sys\n', 'long.txt': 'line\n'.repeat(1500) });
    const commit = await page('commit/main');
    assert.match(commit, /href="[^"]*\?file=long\.txt"/);
    assert.doesNotMatch(await page('commit/main?w=1'), /import {2}sys/);
    const alone = await page('commit/main?file=long.txt');
    assert.match(alone, /href="#diff-[0-9a-f]{64}R1500">1500</);
    assert.doesNotMatch(alone, /src\/main\.py/);
  });

  it('have lines of a change that can be linked to, and no more of them on a page than it can carry', async () => {
    const files = Array.from({ length: 8 }, (_, at) => [`part-${at}.txt`, 'line\n'.repeat(300)] as const);
    await change('Many lines', { ...Object.fromEntries(files), 'wide.txt': `${'y'.repeat(600_000)}\n` });
    for (const query of ['', '?style=split']) {
      const commit = await page(`commit/main${query}`);
      const [, id] = /href="#(diff-[0-9a-f]{64}R300)"/.exec(commit)!;
      assert.ok(commit.includes(`id="${id}"`));
      const elements = commit.match(/<[a-z]/g)!.length;
      assert.ok(elements <= 4000, `${elements} elements`);
      assert.ok(commit.length < 600_000, `${commit.length} characters`);
      assert.equal(commit.match(/>Load diff</g)?.length, 6);
    }
  });

  it('say with which commit each line came, and why not where they do not', async () => {
    await change('A second line', { 'src/two.py': 'one = 1\n' });
    await change('A third line', { 'src/two.py': 'one = 1\ntwo = 2\n' });
    assert.match(await page('blame/main/src/two.py'), /id="L1"[\s\S]*A second line[\s\S]*id="L2"[\s\S]*A third line/);
    assert.match(await page('blob/main/src/two.py'), /href="\/admin\/files\/blame\/main\/src\/two\.py"/);
    assert.match(await page('blame/main/sound.wav'), /Only texts have/);
    assert.match(await page('blame/main/moved.txt'), /This file is empty/);
    assert.equal((await fetch(`${hub.url}/admin/files/blame/main/nothing`)).status, 404);
  });
});

function safetensors(shapes: Readonly<Record<string, readonly number[]>>): Buffer {
  let offset = 0;
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const begin = offset;
    offset += 4 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(offset)]);
}

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CommitLine, commitLines } from '../../../server/commits/commitLines.js';
import { type Encoding, TextSpool } from '../../../server/commits/textSpool.js';
import { readContent } from '../../../server/commits/waitingContent.js';

interface Came extends CommitLine {
  readonly content: string;
}

async function read(text: string, chunkBytes = 1_000_000): Promise<readonly Came[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const came: Came[] = [];
  let parts: Buffer[] = [];
  const sink = () => ({ write: (part: Buffer) => void parts.push(Buffer.from(part)) });
  for await (const line of commitLines(chunks(), sink)) {
    came.push({ ...line, content: Buffer.concat(parts).toString() });
    parts = [];
  }
  return came;
}

describe('the lines of a commit', () => {
  const lines = [
    '{"key":"header","value":{"summary":"a \\"title\\"","description":""}}',
    '{"key": "file", "value": {"content": "aGVsbG8=", "path": "a.txt", "encoding": "base64"}}',
    '{"key":"file","value":{"path":"content","content":"say \\"ä\\" \\\\","encoding":"utf-8"}}',
    '{"key":"deletedFile","value":{"path":"b: \\"content\\""}}',
  ];
  const wanted = [
    { content: '', hasEscapes: false, value: { key: 'header', value: { summary: 'a "title"', description: '' } } },
    {
      content: 'aGVsbG8=',
      hasEscapes: false,
      value: { key: 'file', value: { content: '', path: 'a.txt', encoding: 'base64' } },
    },
    {
      content: 'say \\"ä\\" \\\\',
      hasEscapes: true,
      value: { key: 'file', value: { path: 'content', content: '', encoding: 'utf-8' } },
    },
    { content: '', hasEscapes: false, value: { key: 'deletedFile', value: { path: 'b: "content"' } } },
  ];

  for (const chunkBytes of [1, 2, 3, 7, 1000]) {
    it(`are read from chunks of ${chunkBytes}`, async () => {
      const came = await read(`${lines.join('\n')}\n`, chunkBytes);
      assert.deepEqual(
        came.map(({ content, hasEscapes, value }) => ({ content, hasEscapes, value })),
        wanted,
      );
    });
  }

  it('need no line end behind the last, and may be blank', async () => {
    assert.equal((await read(`\n${lines[0]}\r\n \n${lines[1]}`)).length, 2);
  });

  it('that are no JSON are refused, and so are large ones', async () => {
    await assert.rejects(read('{"key":'), { code: 'BAD_REQUEST' });
    await assert.rejects(read('{"key":"file","value":{"content":"abc'), { code: 'BAD_REQUEST' });
    await assert.rejects(read(`{"key":"${'x'.repeat(300_000)}"}`), { code: 'TOO_LARGE' });
    await assert.rejects(read('{"key":"file","value":{"content":"a","content":"b"}}'), { code: 'BAD_REQUEST' });
  });
});

describe('contents of a commit', () => {
  let folder: string;
  let spool: TextSpool;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spool-'));
    spool = await TextSpool.open(folder);
  });
  afterEach(async () => {
    await spool.close();
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
  });

  async function decode(text: string, encoding: Encoding, hasEscapes = false, partBytes = 100_000): Promise<Buffer> {
    const sink = spool.sink(100_000_000);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += partBytes) await sink.write(bytes.subarray(at, at + partBytes));
    const came = { encoding, hasEscapes };
    const sizeBytes = await spool.decodedBytes(came);
    const kept = await spool.keep(came, sizeBytes);
    const content = Buffer.concat(await readContent(kept).toArray());
    assert.equal(content.length, sizeBytes);
    return content;
  }

  for (const sizeBytes of [0, 1, 2, 3, 4, 5, 1024, 65_537, 300_001, 3_000_000]) {
    it(`of ${sizeBytes} bytes come back from base64`, async () => {
      const bytes = Buffer.alloc(sizeBytes, 'some text, again and again: ');
      for (const partBytes of [65_536, 99_999]) {
        assert.ok((await decode(bytes.toString('base64'), 'base64', false, partBytes)).equals(bytes));
      }
    });
  }

  it('come back from text, with its escapes', async () => {
    assert.equal((await decode('plain ä', 'utf-8')).toString(), 'plain ä');
    assert.equal((await decode('line\\nand \\u00e4 "'.replace('"', '\\"'), 'utf-8', true)).toString(), 'line\nand ä "');
  });

  it('may lack the padding of base64', async () => {
    assert.equal((await decode('aGVsbG8', 'base64')).toString(), 'hello');
  });

  for (const wrong of ['a', 'aGVs bG8=', 'aGVs=G8=', 'a===', 'ä', `${'aaaa'.repeat(100_000)}-aaa`]) {
    it(`that are no base64 are refused: ${wrong.slice(0, 10)}`, async () => {
      await assert.rejects(decode(wrong, 'base64'), { code: 'BAD_REQUEST' });
    });
  }
});

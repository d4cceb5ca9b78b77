import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TextSpool } from '../../../server/commits/textSpool.js';

describe('the spool of a commit’s contents', () => {
  let folder: string;
  let spool: TextSpool;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spool-'));
    spool = await TextSpool.open(folder);
  });
  after(async () => {
    await spool.close();
    await rm(folder, { recursive: true });
  });

  const sizes = [0, 1, 2, 3, 1000, 262_143, 262_144, 262_145, 400_000, 400_001, 400_002];
  for (const pieces of ['one piece', 'two pieces', 'a piece and its last character'] as const) {
    it(`gives contents of any size back as they came in ${pieces}`, async () => {
      for (const size of sizes) {
        const content = Buffer.alloc(size, 'some words ');
        const text = Buffer.from(content.toString('base64'));
        const middle = { 'one piece': 0, 'two pieces': text.length >> 1, 'a piece and its last character': -1 }[pieces];
        const sink = spool.sink(1_000_000);
        for (const piece of [text.subarray(0, middle), text.subarray(middle)]) await sink.write(piece);
        const came = { encoding: 'base64', hasEscapes: false } as const;
        assert.equal(await spool.decodedBytes(came), size);
        assert.ok(Buffer.concat(await spool.read(came).toArray()).equals(content), String(size));
      }
    });
  }
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type CatFileObject, parseCatFile } from '../../../indexer/repository/catFile.js';
import { cpuMsOf } from '../../support/cpuTime.js';

const oid = 'a'.repeat(40);

async function parsed(bytes: Buffer, chunkBytes: number): Promise<CatFileObject[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const objects: CatFileObject[] = [];
  for await (const object of parseCatFile(Readable.from(chunks))) objects.push(object);
  return objects;
}

describe('answers of git cat-file', () => {
  const answer = Buffer.from(`${oid} blob 5\nab\ncd\n${oid} tree 0\n\nx missing\n${oid} commit 3\nxyz\n`);

  for (const size of [1, 2, 3, 7, 48, 1000]) {
    it(`are the same in pieces of ${size} bytes`, async () => {
      assert.deepEqual(
        (await parsed(answer, size)).map(({ type, content }) => [type, String(content)]),
        [
          ['blob', 'ab\ncd'],
          ['tree', ''],
          ['missing', ''],
          ['commit', 'xyz'],
        ],
      );
    });
  }

  it('cost a large object one copy, not one a piece', async () => {
    const content = Buffer.alloc(128 * 1_048_576, 'x');
    const bytes = Buffer.concat([Buffer.from(`${oid} blob ${content.length}\n`), content, Buffer.from('\n')]);
    const took = await cpuMsOf(async () => {
      const [object] = await parsed(bytes, 65_536);
      assert.equal(object!.content.equals(content), true);
    });
    assert.ok(took < 10_000, `took ${took} ms`);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../../config/projectRoot.js';
import type { RepoRow } from '../../../../server/accounts/types.js';
import { pictureOf } from '../../../../server/pages/widgets/pictureOf.js';

const png = readFileSync(path.join(projectRoot, 'test', 'fixtures', 'images', 'grey.png'));
const row = { ref: { kind: 'model', owner: 'ann', name: 'see' } } as unknown as RepoRow;
const asked = { task: 'object-detection', source: png, path: undefined, row, isAtHand: false };

describe('the picture that an answer is drawn on', () => {
  it('comes back with a page that has no script', async () => {
    const picture = await pictureOf(asked);
    assert.equal(picture?.source, `data:image/png;base64,${png.toString('base64')}`);
    assert.equal(picture.width, png.readUInt32BE(16));
    assert.equal(picture.height, png.readUInt32BE(20));
  });

  it('stays with the browser that has it, and with the repository it lies in', async () => {
    assert.equal((await pictureOf({ ...asked, isAtHand: true }))?.source, null);
    assert.equal((await pictureOf({ ...asked, path: 'a b.png' }))?.source, '/ann/see/resolve/HEAD/a%20b.png');
  });

  it('is none for other tasks, no source, addresses of elsewhere and what is no picture', async () => {
    for (const other of [
      { task: 'image-classification' },
      { source: null },
      { source: 'https://example.org/a.png' },
      { source: Buffer.from('<svg width="1" height="1"/>') },
      { source: png.subarray(0, 12) },
    ])
      assert.equal(await pictureOf({ ...asked, ...other }), null, JSON.stringify(other).slice(0, 60));
  });
});

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { binaryType } from '../../../../../server/pages/files/content/binaryType.js';

describe('binaryType', () => {
  const rows: readonly [string, Buffer][] = [
    ['PDF document', Buffer.from('%PDF-1.7\n\u0000')],
    ['gzip archive', gzipSync('x')],
    ['SQLite database', Buffer.from('SQLite format 3\u0000')],
    ['tar archive', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')])],
    ['unknown binary', Buffer.from([0, 1, 2])],
    ['unknown binary', Buffer.alloc(0)],
  ];
  for (const [type, head] of rows)
    it(`tells ${type} of ${head.length} bytes`, () => assert.equal(binaryType(head), type));
});

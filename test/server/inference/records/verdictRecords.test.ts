import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../../config/dataFolder.js';
import { openHubDatabase } from '../../../../server/database/openHubDatabase.js';
import { quarantineRecords } from '../../../../server/inference/records/quarantineRecords.js';
import { verdictRecords } from '../../../../server/inference/records/verdictRecords.js';

const right = { isEqual: true, maxError: 1e-7, cosine: 1, worst: 'layer.0', depth: 2, layers: 2 };
const wrong = { ...right, isEqual: false, maxError: 0.5 };
const now = () => 0;

describe('kept verdicts', () => {
  const db = openHubDatabase(dataFolder(mkdtempSync(path.join(tmpdir(), 'verdicts-'))));
  after(() => db.close());

  it('are there after a start with the same code', () => {
    verdictRecords(db, now, 'one').set('a', 'ann/a', right);
    verdictRecords(db, now, 'one').set('b', 'ann/b', 'none');
    const uncompared = { problem: 'why', isTooLarge: false };
    verdictRecords(db, now, 'one').set('u', 'ann/u', uncompared);
    const again = verdictRecords(db, now, 'one');
    assert.deepEqual(['a', 'b', 'u', 'c'].map(again.get), [right, 'none', uncompared, null]);
  });

  it('are forgotten with other code, and what was turned off for them is on again; what crashed stays off', () => {
    const off = quarantineRecords(db, now, () => {});
    verdictRecords(db, now, 'one').set('wrong', 'ann/wrong', wrong);
    db.prepare('INSERT INTO verdicts VALUES (?, ?, ?, 0)').run('older', 'ann/older', JSON.stringify(wrong));
    for (const snapshot of ['wrong', 'older', 'a', 'crashed']) off.add(snapshot, snapshot, 'why');
    const records = verdictRecords(db, now, 'two');
    assert.deepEqual(['a', 'b', 'u', 'wrong', 'older'].map(records.get), [null, null, null, null, null]);
    assert.deepEqual([...off.all().keys()].sort(), ['a', 'crashed']);
  });
});

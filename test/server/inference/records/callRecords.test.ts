import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../../config/dataFolder.js';
import { createCatalog } from '../../../../server/accounts/createCatalog.js';
import { openHubDatabase } from '../../../../server/database/openHubDatabase.js';
import { callRecords } from '../../../../server/inference/records/callRecords.js';

describe('how much models are called', () => {
  it('is kept by repository: it goes along with a new name, and away with the repository', () => {
    const db = openHubDatabase(dataFolder(mkdtempSync(path.join(tmpdir(), 'calls-'))));
    const catalog = createCatalog({ db, now: Date.now });
    const make = (name: string) =>
      catalog.create({ kind: 'model', owner: 'ada', name }, { private: false, state: 'active', createdBy: null });
    const [kept, gone] = [make('kept'), make('gone')];
    const records = callRecords(db);
    records.save(
      new Map([
        ['ada/kept', 12.5],
        ['ada/gone', 3],
        ['ada/never', 9],
      ]),
    );
    records.save(new Map([['ada/kept', 13]]));
    assert.deepEqual(
      [...records.all()],
      [
        ['ada/gone', 3],
        ['ada/kept', 13],
      ],
    );
    catalog.rename(kept.id, { kind: 'model', owner: 'ada', name: 'renamed' });
    catalog.remove(gone.id);
    assert.deepEqual([...records.all()], [['ada/renamed', 13]]);
    catalog.close();
    db.close();
  });
});

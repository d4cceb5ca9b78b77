import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../../config/dataFolder.js';
import { createCatalog } from '../../../../server/accounts/createCatalog.js';
import { openHubDatabase } from '../../../../server/database/openHubDatabase.js';
import { pinRecords } from '../../../../server/inference/records/pins.js';

describe('models that an administrator keeps in memory', () => {
  it('are kept by repository: a pin goes along with a new name, and away with the repository', () => {
    const db = openHubDatabase(dataFolder(mkdtempSync(path.join(tmpdir(), 'pins-'))));
    const catalog = createCatalog({ db, now: Date.now });
    const make = (name: string) =>
      catalog.create({ kind: 'model', owner: 'ada', name }, { private: false, state: 'active', createdBy: null });
    const [kept, gone, free] = [make('kept'), make('gone'), make('free')];
    const pins = pinRecords(db);
    for (const { id } of [kept, kept, gone, free]) pins.set(id, true);
    pins.set(free.id, false);
    assert.deepEqual(pins.all(), ['ada/gone', 'ada/kept']);
    catalog.rename(kept.id, { kind: 'model', owner: 'ada', name: 'renamed' });
    catalog.remove(gone.id);
    assert.deepEqual(pins.all(), ['ada/renamed']);
    catalog.close();
    db.close();
  });
});

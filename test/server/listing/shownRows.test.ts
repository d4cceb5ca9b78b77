import assert from 'node:assert/strict';
import type { ModelRow } from '../../../indexer/search/types.js';
import type { RepoRow } from '../../../server/accounts/types.js';
import { shownRows } from '../../../server/listing/shownRows.js';
import type { Services } from '../../../server/services.js';

const services = {
  catalog: { find: () => ({ disabled: { reason: 'stolen', atMs: 0 } }) as unknown as RepoRow },
  can: () => false,
} as unknown as Pick<Services, 'catalog' | 'can'>;

function shown(row: Pick<ModelRow, 'private' | 'ready'>) {
  const [only] = shownRows(services, { kind: 'anonymous' }, [
    { kind: 'model', owner: 'acme', name: 'm', ...row } as ModelRow,
  ]);
  return { ready: only!.ready, takenDown: only!.takenDown };
}

describe('rows of pages', () => {
  it('say why one was taken down, and are not ready for those who may not run the model', () => {
    assert.deepEqual(shown({ private: true, ready: true }), { ready: false, takenDown: 'stolen' });
  });

  it('ask nothing of repositories that everybody sees and that do not run', () => {
    assert.deepEqual(shown({ private: false, ready: false }), { ready: false, takenDown: null });
  });
});

import assert from 'node:assert/strict';
import type { ModelRow } from '../../../indexer/search/types.js';
import { can, type Target } from '../../../server/accounts/can.js';
import type { Action, RepoRow, Viewer } from '../../../server/accounts/types.js';
import { runningFor } from '../../../server/listing/runningFor.js';
import type { Services } from '../../../server/services.js';

const letIn = 7;

function services(gated: RepoRow['gated'], anonymousInference = true): Pick<Services, 'catalog' | 'can'> {
  const row = { id: 1, ref: { kind: 'model', owner: 'acme', name: 'm' }, private: false, state: 'active', gated };
  const policy = { anonymousRead: true, anonymousInference, isAccepted: (_: number, id: number) => id === letIn };
  return {
    catalog: { find: () => row as unknown as RepoRow },
    can: (viewer: Viewer, action: Action, repo: Target) => can(viewer, action, repo, policy),
  } as unknown as Pick<Services, 'catalog' | 'can'>;
}

function person(id: number, name: string): Viewer {
  const user = { id, name, fullName: '', email: '', isAdmin: false, disabled: false, createdAtMs: 0 };
  return { kind: 'user', user, credential: 'session', organizations: new Map() };
}

const anonymous: Viewer = { kind: 'anonymous' };
const row = (ready: boolean): ModelRow => ({ kind: 'model', owner: 'acme', name: 'm', ready }) as ModelRow;
const isReady = (from: ReturnType<typeof services>, viewer: Viewer, ready = true): boolean =>
  runningFor(from, viewer, [row(ready)])[0]!.ready;

describe('rows of lists', () => {
  it('are ready for those alone who may run the model', () => {
    assert.equal(isReady(services(null), anonymous), true);
    assert.equal(isReady(services('manual'), anonymous), false);
    assert.equal(isReady(services('manual'), person(3, 'other')), false);
    assert.equal(isReady(services('manual'), person(letIn, 'eve')), true);
    assert.equal(isReady(services('manual'), person(4, 'acme')), true);
    assert.equal(isReady(services(null, false), anonymous), false);
  });

  it('are not ready where the model does not answer', () => {
    assert.equal(isReady(services(null), person(4, 'acme'), false), false);
  });
});

import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';

const fixture = path.join(projectRoot, 'test', 'fixtures', 'models', 'bert-ner');

describe('a hub that starts again', function () {
  this.timeout(120_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-pinned': 'admin/pinned' });
    for (const name of ['called', 'off', 'pinned', 'never']) await push(name);
  });
  after(() => hub.close());

  async function push(name: string): Promise<void> {
    const copy = await hub.workingCopy({ 'notes.txt': name });
    await cp(fixture, copy, { recursive: true, filter: (file) => path.basename(file) !== '.gitattributes' });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main')).code, 0);
  }

  const state = async (name: string): Promise<string> =>
    ((await (await fetch(`${hub.url}/status/admin/${name}`)).json()) as { state: string }).state;

  it('says when each model was called last, however long it is in memory', async () => {
    const calledAt = (): number | null =>
      hub.hub.services.inference.stats().models.find(({ model }) => model === 'admin/pinned')?.calledAt ?? null;
    const times: number[] = [];
    for (const inputs of ['Ada', 'Marie']) {
      const before = Date.now();
      const body = JSON.stringify({ inputs });
      assert.equal((await fetch(`${hub.url}/models/admin/pinned`, { method: 'POST', body })).status, 200);
      assert.ok(calledAt()! >= before);
      times.push(calledAt()!);
    }
    assert.ok(times[1]! >= times[0]!);
  });

  it('has loaded the pinned and the most called models, and none whose inference is off', async () => {
    for (const name of ['off', 'called']) {
      const answer = await fetch(`${hub.url}/models/admin/${name}`, { method: 'POST', body: '{"inputs":"Ada"}' });
      assert.equal(answer.status, 200, await answer.text());
    }
    const { catalog } = hub.hub.services;
    catalog.setInference(catalog.find('model', 'admin', 'off')!.id, { off: true, graph: null });
    await hub.restart();
    for (const name of ['called', 'pinned'])
      await until(`${name} is not loaded`, async () => (await state(name)) === 'Loaded');
    assert.equal(await state('never'), 'Loadable');
    const loaded = hub.hub.services.inference.stats().models.map(({ model }) => model);
    assert.deepEqual(loaded.toSorted(), ['admin/called', 'admin/pinned']);
  });
});

import assert from 'node:assert/strict';
import { Popularity } from '../../../../inference/runner/popularity.js';
import { MemoryMeter } from '../../../../inference/runner/scheduling/memoryMeter.js';
import { type Replica, Replicas } from '../../../../inference/runner/scheduling/replicas.js';

const hour = 60 * 60 * 1000;
const nothingIsStuck = () => false;

function replica(model: string, parts: Partial<Replica> = {}): Replica {
  return {
    thread: 0,
    modelId: model,
    key: model,
    model,
    bytes: 10,
    loaded: true,
    calls: 0,
    rank: 0,
    usedAt: 0,
    ...parts,
  };
}

describe('eviction', () => {
  it('leaves the five most called models after one pass over a hundred others', () => {
    const popularity = new Popularity();
    const replicas = new Replicas(80);
    let now = Date.now();
    const call = (model: string) => {
      now += 1000;
      const rank = popularity.count(model, now);
      const found = replicas.find(0, model);
      if (found) return Object.assign(found, { rank, usedAt: now });
      assert.ok(replicas.makeRoom(10, nothingIsStuck));
      return replicas.add(replica(model, { rank, usedAt: now }));
    };
    const wanted = ['a', 'b', 'c', 'd', 'e'];
    for (let round = 0; round < 4; round++) for (const model of wanted) call(model);
    for (let i = 0; i < 100; i++) call(`cold ${i}`);
    for (const model of wanted) assert.ok(replicas.find(0, model), model);
    assert.ok(replicas.bytes <= 80);
  });

  it('never takes what is in use, still loads, or is pinned, and takes nothing where that is not enough', () => {
    const replicas = new Replicas(40);
    replicas.add(replica('used', { calls: 1 }));
    replicas.add(replica('loading', { loaded: false }));
    replicas.add(replica('pinned'));
    replicas.add(replica('idle', { rank: 100 }));
    replicas.pin(['pinned']);
    assert.equal(replicas.makeRoom(20, nothingIsStuck), null);
    assert.equal(replicas.all.length, 4);
    assert.deepEqual(
      replicas.makeRoom(10, nothingIsStuck)?.map(({ model }) => model),
      ['idle'],
    );
    assert.equal(replicas.roomFor('another'), 30);
  });

  it('takes a further copy of a model before the only one of another that is called as much', () => {
    const replicas = new Replicas(30);
    replicas.add(replica('twice', { rank: 5.5 }));
    replicas.add(replica('twice', { rank: 5.5, thread: 1 }));
    replicas.add(replica('once', { rank: 5 }));
    assert.deepEqual(
      replicas.makeRoom(10, nothingIsStuck)?.map(({ model }) => model),
      ['twice'],
    );
    assert.ok(replicas.find(0, 'twice') ?? replicas.find(1, 'twice'));
  });

  it('sheds what no longer fits when models grow', () => {
    const replicas = new Replicas(30);
    const grows = replica('grows', { rank: 9 });
    for (const one of [grows, replica('b', { rank: 1 }), replica('c', { rank: 2 })]) replicas.add(one);
    grows.bytes = 15;
    assert.deepEqual(
      replicas.shed(nothingIsStuck).map(({ model }) => model),
      ['b'],
    );
  });
});

describe('Popularity', () => {
  it('lets calls count half after an hour, whatever the time at which ranks are compared', () => {
    const popularity = new Popularity();
    const now = Date.now();
    for (let i = 0; i < 4; i++) popularity.count('morning', now);
    for (let i = 0; i < 3; i++) popularity.count('noon', now + 2 * hour);
    assert.deepEqual(popularity.mostCalled(), ['noon', 'morning']);
    for (let i = 0; i < 4; i++) popularity.count('morning', now + 2 * hour);
    assert.deepEqual(popularity.mostCalled(), ['morning', 'noon']);
  });

  it('stores what changed, and begins with what was stored', () => {
    const stored = new Map<string, number>();
    const records = {
      all: () => stored,
      save: (ranks: ReadonlyMap<string, number>) => {
        for (const [model, rank] of ranks) stored.set(model, rank);
      },
    };
    const popularity = new Popularity(records);
    popularity.count('a');
    popularity.count('b');
    popularity.count('b');
    popularity.save();
    assert.deepEqual(new Popularity(records).mostCalled(), ['b', 'a']);
  });
});

describe('MemoryMeter', () => {
  it('gives what changes to those at work, by their weights, and afterwards to the last one', () => {
    let bytes = 1000;
    const meter = new MemoryMeter(() => bytes);
    const [load, run] = [{ bytes: 0 }, { bytes: 100 }];
    const endLoad = meter.begin(load, 3);
    bytes += 50;
    const endRun = meter.begin(run, 1);
    bytes += 40;
    endLoad();
    bytes += 7;
    endRun();
    bytes -= 5;
    meter.look();
    assert.deepEqual([load.bytes, run.bytes], [80, 112]);
    bytes += 500;
    meter.skip();
    meter.look();
    assert.deepEqual([load.bytes, run.bytes], [80, 112]);
  });
});

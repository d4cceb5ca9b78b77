import assert from 'node:assert/strict';
import type { LinearGroup } from '../../../inference/quantise/linearGroups.js';
import { type Measurer, searchPlan as search } from '../../../inference/quantise/search.js';

const group = (name: string, cost = 100): LinearGroup => ({ name, input: `${name}:x`, layers: [], cost });

const searchPlan = (groups: readonly LinearGroup[], measurer: Measurer, leastCosine = 0.998) =>
  search(groups, measurer, { leastCosine });

/** A model in which the errors of groups add up. On held-back texts they are `worse` times as large. */
class FakeModel implements Measurer {
  readonly tried: (readonly string[])[] = [];
  readonly #errors: Readonly<Record<string, number>>;
  readonly #wrongTop: string | null;
  readonly #speed: number;

  constructor(errors: Readonly<Record<string, number>>, { speed = 2, wrongTop = null as string | null } = {}) {
    this.#errors = errors;
    this.#speed = speed;
    this.#wrongTop = wrongTop;
  }

  async closeness(plan: readonly string[], texts: 'calibration' | 'heldBack') {
    if (texts === 'heldBack') this.tried.push(plan);
    const error = plan.reduce((sum, name) => sum + this.#errors[name]!, 0);
    return { cosine: 1 - error, hasSameTop: texts === 'calibration' || !plan.includes(this.#wrongTop ?? '') };
  }

  async speed() {
    return this.#speed;
  }
}

describe('the search for an int8 plan', () => {
  it('takes the groups that cost least accuracy, as many as hold it', async () => {
    const model = new FakeModel({ a: 0.0005, b: 0.02, c: 0.0004, d: 0.0006 });
    const verdict = await searchPlan(
      ['a', 'b', 'c', 'd'].map((name) => group(name)),
      model,
    );
    assert.ok(verdict.isUsed);
    assert.deepEqual(verdict.plan, ['c', 'a', 'd']);
    assert.ok(Math.abs(verdict.cosine - 0.9985) < 1e-9);
    assert.equal(verdict.speed, 2);
  });

  it('weighs accuracy against the time that a group saves', async () => {
    const model = new FakeModel({ small: 0.001, large: 0.0015 });
    const verdict = await searchPlan([group('small', 10), group('large', 100)], model);
    assert.deepEqual(verdict.isUsed && verdict.plan, ['large']);
  });

  it('takes groups behind one that is too much for it', async () => {
    const model = new FakeModel({ a: 0.0001, b: 0.0002, c: 0.0003, d: 0.0004 }, { wrongTop: 'b' });
    const verdict = await searchPlan(
      ['a', 'b', 'c', 'd'].map((name) => group(name)),
      model,
    );
    assert.deepEqual(verdict.isUsed && verdict.plan, ['a', 'c', 'd']);
  });

  it('uses no plan that it did not measure itself', async () => {
    const model = new FakeModel({ a: 0.0001, b: 0.0002, c: 0.0003, d: 0.002 });
    const verdict = await searchPlan(
      ['a', 'b', 'c', 'd'].map((name) => group(name)),
      model,
    );
    assert.ok(verdict.isUsed && model.tried.includes(verdict.plan));
  });

  it('leaves out what changes the highest score of a held-back text', async () => {
    const model = new FakeModel({ a: 0.0001, b: 0.0002 }, { wrongTop: 'b' });
    const verdict = await searchPlan([group('a'), group('b')], model);
    assert.deepEqual(verdict.isUsed && verdict.plan, ['a']);
  });

  it('makes none where no group holds the accuracy, a cosine that is no number included', async () => {
    const verdict = await searchPlan([group('a'), group('b')], new FakeModel({ a: 0.01, b: Number.NaN }));
    assert.equal(verdict.isUsed, false);
    assert.match(verdict.isUsed ? '' : verdict.reason, /0\.998/);
  });

  it('makes none where the gain is small, and says what it was', async () => {
    const verdict = await searchPlan([group('a')], new FakeModel({ a: 0.0001 }, { speed: 1.05 }));
    assert.deepEqual(verdict, {
      isUsed: false,
      reason: 'it is only 1.05 times as fast',
      cosine: 1 - 0.0001,
      speed: 1.05,
    });
  });

  it('holds the accuracy that is asked, with some room for texts that were not tried', async () => {
    const model = new FakeModel({ a: 0.0001, b: 0.0004 });
    const groups = [group('a'), group('b')];
    const plans = [0.99, 0.9995, 0.9999, 1].map(async (leastCosine) => {
      const verdict = await searchPlan(groups, model, leastCosine);
      return verdict.isUsed ? verdict.plan : verdict.reason;
    });
    assert.deepEqual(await Promise.all(plans), [
      ['a', 'b'],
      ['a'],
      'no plan holds the cosine 0.9999 and the same highest scores',
      'no plan holds the cosine 1 and the same highest scores',
    ]);
  });
});

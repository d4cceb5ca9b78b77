import assert from 'node:assert/strict';
import { readDeclaredSplits } from '../../../indexer/card/datasetInfo.js';

describe('rows that a dataset declares', () => {
  it('stand in one map, or in one for each configuration', () => {
    const splits = [
      { name: 'train', num_bytes: 10, num_examples: 100 },
      { name: 'test', num_examples: '20' },
    ];
    assert.deepEqual(readDeclaredSplits({ features: [], splits }), [
      { name: 'train', rows: 100 },
      { name: 'test', rows: 20 },
    ]);
    assert.deepEqual(readDeclaredSplits([{ config_name: 'de', splits }, { config_name: 'fr' }]), [
      { config: 'de', name: 'train', rows: 100 },
      { config: 'de', name: 'test', rows: 20 },
    ]);
  });

  for (const value of [undefined, null, 5, 'x', [], {}, { splits: 'x' }, { splits: [null, {}, { name: 'a' }] }]) {
    it(`are none in ${JSON.stringify(value)}`, () => assert.equal(readDeclaredSplits(value), null));
  }

  it('are no fractions, and nothing below zero', () => {
    const splits = [-1, 0.5, Number.NaN, 1e300, true, []].map((rows) => ({ name: 'a', num_examples: rows }));
    assert.deepEqual(readDeclaredSplits({ splits })?.map(({ rows }) => rows) ?? [], []);
  });
});

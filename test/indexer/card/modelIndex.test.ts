import assert from 'node:assert/strict';
import { readModelIndex } from '../../../indexer/card/modelIndex.js';

const result = (extra = {}) => ({
  task: { type: 'token-classification', name: 'NER' },
  dataset: { type: 'conll2003', name: 'CoNLL', config: 'en', split: 'test', args: 'x' },
  metrics: [
    { type: 'f1', value: 0.87, name: 'F1', verified: true },
    { type: 'accuracy', value: '20.0 ± 1.2' },
  ],
  ...extra,
});

describe('readModelIndex', () => {
  it('gives one row a metric, and what the card calls verified', () => {
    const task = { type: 'token-classification', name: 'NER' };
    const dataset = { type: 'conll2003', name: 'CoNLL', config: 'en', split: 'test' };
    assert.deepEqual(readModelIndex([{ name: 'm', results: [result()] }]), [
      { task, dataset, metric: { type: 'f1', name: 'F1', value: 0.87, verified: true } },
      { task, dataset, metric: { type: 'accuracy', value: '20.0 ± 1.2' } },
    ]);
  });

  it('survives what old cards hold: objects for lists, missing datasets, results without a task', () => {
    assert.deepEqual(readModelIndex({ name: 'm', results: [result()] }), []);
    assert.deepEqual(readModelIndex('x'), []);
    assert.deepEqual(readModelIndex([null, 1, { results: 'x' }, { results: [null, { metrics: [] }] }]), []);
    const rows = readModelIndex([
      { results: [{ task: {} }, result({ dataset: undefined }), result({ metrics: [null, { type: 'f1' }] })] },
    ]);
    assert.equal(rows.length, 2);
    assert.deepEqual(rows[0]!.dataset, { type: '', name: '' });
  });

  it('names the source of results, where it has an address', () => {
    const source = { name: 'A leaderboard', url: 'https://example.org/board' };
    assert.deepEqual(readModelIndex([{ results: [result({ source })] }])[0]!.source, source);
    assert.equal(readModelIndex([{ results: [result({ source: { name: 'x' } })] }])[0]!.source, undefined);
  });

  it('stops at 500 rows', () => {
    const metrics = Array.from({ length: 1000 }, () => ({ type: 'f1', value: 1 }));
    assert.equal(readModelIndex([{ results: [result({ metrics })] }]).length, 500);
  });
});

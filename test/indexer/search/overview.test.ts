import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RepoRef } from '../../../config/repo.js';
import { openIndexStore } from '../../../indexer/store/openIndexStore.js';
import type { EvaluationResult, ModelRecord, Tag, TagFacet } from '../../../indexer/tags/types.js';
import type { IndexStore } from '../../../indexer/types.js';

const facts = { createdAtMs: 0, likes: 0, trending: 0, downloads: 0, downloadsAllTime: 0, speed: 0, gated: false };
const everybody = { owners: [] };

const result = (metric: string, value: number | string, dataset = 'GLUE'): EvaluationResult => ({
  task: { type: 'text-classification' },
  dataset: { type: 'glue', name: dataset },
  metric: { type: metric, value },
});

describe('the overview of the index', () => {
  let folder: string;
  let store: IndexStore;

  const put = (
    name: string,
    tags: readonly (readonly [string, TagFacet])[],
    { evaluations = [], kind = 'model', isPrivate = false, task = null }: PutOptions = {},
  ): void => {
    const record = {
      tags: tags.map(([tag, facet]): Tag => ({ name: tag, facet, evidence: [] })),
      pipelineTag: task,
      evaluations,
    } as unknown as ModelRecord;
    const ref: RepoRef = { kind, owner: 'ada', name };
    store.put(ref, { facts: { ...facts, private: isPrivate }, head: null, modifiedAtMs: 0, record, cardText: '' });
  };
  interface PutOptions {
    readonly evaluations?: readonly EvaluationResult[];
    readonly kind?: RepoRef['kind'];
    readonly isPrivate?: boolean;
    readonly task?: string | null;
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overview-'));
    store = openIndexStore(path.join(folder, 'index.sqlite'), folder);
  });
  afterEach(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  it('finds a metric by what cards name and by what they report, whatever the case', () => {
    put('named', [['metric:f1', 'metric']]);
    put('reports', [], { evaluations: [result('F1', 0.5), result('f1', 0.7, 'SST')] });
    put('both', [['metric:f1', 'metric']], { evaluations: [result('f1', 0.9)] });
    put('hidden', [['metric:f1', 'metric']], { isPrivate: true });
    assert.deepEqual(
      store.overview.countValues('metric', everybody).map(({ value, models }) => [value.toLowerCase(), models]),
      [['metric:f1', 3]],
    );
    assert.equal(store.overview.countTags('model', ['metric:f1'], 'all').get('metric:f1'), 4);
  });

  it('gives the best result of each model by dataset, in the order of the metric', () => {
    put('a', [], { evaluations: [result('wer', 12), result('wer', 9), result('wer', 1, 'Other')] });
    put('b', [], { evaluations: [result('wer', 10), result('wer', 'unknown', 'Words')] });
    put('secret', [], { evaluations: [result('wer', 1)], isPrivate: true });
    const rows = (order: 'highest' | 'lowest') =>
      store.overview
        .results('WER', order, everybody)
        .map(({ dataset, model, value }) => `${dataset} ${model} ${value}`);
    assert.deepEqual(rows('lowest'), ['GLUE ada/a 9', 'GLUE ada/b 10', 'Other ada/a 1', 'Words ada/b unknown']);
    assert.deepEqual(rows('highest').slice(0, 2), ['GLUE ada/a 12', 'GLUE ada/b 10']);
  });

  it('takes a dataset for one by its id, however cards call it, where they name the part of it', () => {
    const on = (name: string, type: string, config: string, value: number): EvaluationResult => ({
      ...result('accuracy', value),
      dataset: { type, name, ...(config && { config }) },
    });
    put('a', [], { evaluations: [on('GLUE MNLI', 'glue', 'mnli', 0.6), on('GLUE MRPC', 'glue', '', 0.5)] });
    put('b', [], { evaluations: [on('glue', 'GLUE', 'mnli', 0.7), on('glue', 'glue', '', 0.4)] });
    assert.deepEqual(
      store.overview
        .results('accuracy', 'highest', everybody)
        .map(({ dataset, datasetId, part, model, value, total }) => [dataset, datasetId, part, model, value, total]),
      [
        ['GLUE MNLI', 'GLUE', 'mnli', 'ada/b', '0.7', 2],
        ['GLUE MNLI', 'GLUE', 'mnli', 'ada/a', '0.6', 2],
        ['GLUE MRPC', 'glue', '', 'ada/a', '0.5', 1],
        ['glue', 'glue', '', 'ada/b', '0.4', 1],
      ],
    );
  });

  it('keeps the results of two configurations of a dataset apart', () => {
    const on = (config: string, value: number): EvaluationResult => {
      const one = result('accuracy', value);
      return { ...one, dataset: { ...one.dataset, config, split: 'test' } };
    };
    put('a', [], { evaluations: [on('mnli', 0.6), on('sst2', 0.88), result('accuracy', 0.7)] });
    assert.deepEqual(
      store.overview
        .results('accuracy', 'highest', everybody)
        .map(({ part, datasetId, value }) => [part, datasetId, value]),
      [
        ['', 'glue', '0.7'],
        ['mnli, test', 'glue', '0.6'],
        ['sst2, test', 'glue', '0.88'],
      ],
    );
  });

  it('forgets results that a push took away', () => {
    put('a', [], { evaluations: [result('f1', 0.5)] });
    put('a', []);
    assert.deepEqual(store.overview.results('f1', 'highest', 'all'), []);
    assert.deepEqual(store.overview.countValues('metric', 'all'), []);
  });

  it('counts tasks, and values of models and datasets apart', () => {
    put('a', [['fr', 'language']], { task: 'fill-mask' });
    put('a', [['language:fr', 'language']], { kind: 'dataset' });
    assert.deepEqual(store.overview.countValues('task', everybody), [{ value: 'fill-mask', models: 1, datasets: 0 }]);
    assert.deepEqual(store.overview.countValues('language', everybody), [
      { value: 'fr', models: 1, datasets: 0 },
      { value: 'language:fr', models: 0, datasets: 1 },
    ]);
  });

  it('lists datasets that models name and this hub has not; a private one is missing to strangers', () => {
    put('a', [
      ['dataset:glue', 'dataset'],
      ['dataset:Ada/Here', 'dataset'],
      ['dataset:ada/secret', 'dataset'],
    ]);
    put('b', [['dataset:glue', 'dataset']]);
    put('here', [], { kind: 'dataset' });
    put('secret', [], { kind: 'dataset', isPrivate: true });
    const all = { search: '', limit: 10 };
    const [glue, secret] = [
      { value: 'glue', count: 2 },
      { value: 'ada/secret', count: 1 },
    ];
    assert.deepEqual(store.overview.missingDatasets(everybody, all), { rows: [glue, secret], total: 2 });
    assert.deepEqual(store.overview.missingDatasets('all', all), { rows: [glue], total: 1 });
    assert.deepEqual(store.overview.missingDatasets(everybody, { ...all, limit: 1 }), { rows: [glue], total: 2 });
    assert.deepEqual(store.overview.missingDatasets(everybody, { ...all, search: 'SECRET ada' }).rows, [secret]);
    assert.equal(store.overview.missingDatasets(everybody, { ...all, search: 'dataset' }).total, 0);
  });
});

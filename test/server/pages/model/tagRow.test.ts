import assert from 'node:assert/strict';
import { tagRow } from '../../../../server/pages/model/tagRow.js';
import { recordOf } from '../../../indexer/tags/facts.js';

describe('tags of a page', () => {
  it('say what a model is for first, then with what, on what, in which language, and the licence last', () => {
    const record = recordOf({
      yaml: `pipeline_tag: fill-mask
license: mit
language: fr
datasets: squad
metrics: f1
base_model: a/b
co2_eq_emissions: 3
tags: [mine, summarization]`,
      body: 'https://arxiv.org/abs/1810.03993',
      config: { model_type: 'bert', architectures: ['BertForMaskedLM'], auto_map: { AutoModel: 'm.M' } },
      files: ['model.safetensors'],
    });
    assert.deepEqual(
      tagRow('model', record).map(({ text }) => text),
      [
        'Fill-Mask',
        'Safetensors',
        'Transformers',
        'squad',
        'French',
        'bert',
        'F1',
        'mine',
        'Summarization',
        'base_model:a/b',
        'base_model:finetune:a/b',
        'arxiv:1810.03993',
        'Custom code',
        'Carbon emissions',
        'MIT',
      ],
    );
  });

  it('of a dataset: tasks, languages, size, then the rest', () => {
    const record = recordOf({
      kind: 'dataset',
      yaml: 'task_categories: [translation]\nlanguage: de\nlicense: mit\nsize_categories: n<1K\ntags: [mine]',
    });
    assert.deepEqual(
      tagRow('dataset', record).map(({ text }) => text),
      ['Translation', 'German', 'n<1K', 'mine', 'MIT'],
    );
  });
});

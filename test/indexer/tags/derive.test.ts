import assert from 'node:assert/strict';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import { explainRecord } from '../../../indexer/tags/explain.js';
import { factsOf, header, recordOf, tagNames } from './facts.js';

describe('order of tags', () => {
  it('is frameworks, model_type, task, pipeline:*, then languages … license: last', () => {
    const record = recordOf({
      files: ['pytorch_model.bin', 'model.safetensors', 'tf_model.h5'],
      config: {
        model_type: 't5',
        architectures: ['T5ForConditionalGeneration'],
        task_specific_params: { summarization: {}, translation_en_to_de: {} },
      },
      yaml: [
        'license: Apache-2.0',
        'tags: [zebra, summarization, apple, "license:other"]',
        'base_model: [ana/one, ana/two]',
        'datasets: [c4, squad]',
        'metrics: [bleu, rouge]',
        'language: [en, FR]',
        'model-index: [{name: m, results: [{task: {type: t}, dataset: {type: d, name: d}, metrics: [{type: f1, value: 1}]}]}]',
      ].join('\n'),
      body: 'See https://arxiv.org/abs/1910.10683.',
    });
    assert.deepEqual(tagNames(record), [
      ...[
        'pytorch',
        'tf',
        'safetensors',
        't5',
        'translation',
        'pipeline:summarization',
        'pipeline:translation_en_to_de',
      ],
      ...['en', 'fr', 'dataset:c4', 'dataset:squad', 'metric:bleu', 'metric:rouge', 'arxiv:1910.10683', 'transformers'],
      ...['zebra', 'summarization', 'apple', 'model-index'],
      ...['base_model:ana/one', 'base_model:ana/two', 'base_model:merge:ana/one', 'base_model:merge:ana/two'],
      ...['license:other', 'license:apache-2.0'],
    ]);
    assert.ok(!tagNames(record).some((tag) => tag.startsWith('region:')));
  });

  it('keeps the first place of a tag that is there twice, and all its evidence', () => {
    const record = recordOf({ yaml: 'tags: [fill-mask, x, x]', config: { architectures: ['BertForMaskedLM'] } });
    assert.deepEqual(tagNames(record), ['fill-mask', 'transformers', 'x']);
    assert.deepEqual(record.tags[0]!.evidence, [
      { rule: 'card', file: 'README.md', key: 'tags' },
      { rule: 'architecture BertForMaskedLM', file: 'config.json', key: 'architectures' },
    ]);
  });
});

describe('card fields in a record', () => {
  it('takes a scalar for a list of one, trims, drops empties and duplicates', () => {
    const record = recordOf({
      yaml: 'language: no\ndatasets: squad\nmetrics: [" f1 ", "", ~, f1]\ntags: [2024, 4-bit, true]',
    });
    assert.deepEqual(record.languages, ['no']);
    assert.deepEqual(record.datasets, ['squad']);
    assert.deepEqual(record.metrics, ['f1']);
    assert.deepEqual(tagNames(record), ['no', 'dataset:squad', 'metric:f1', '2024', '4-bit', 'true']);
  });

  it('never splits a text at commas', () => {
    assert.deepEqual(recordOf({ yaml: 'datasets: "squad, glue"' }).datasets, ['squad, glue']);
  });

  it('keeps an unknown language as a tag outside the language filter', () => {
    const { tags } = recordOf({ yaml: 'language: [fr, zh-CN, klingonish]' });
    assert.deepEqual(
      tags.map(({ name, facet }) => [name, facet]),
      [
        ['fr', 'language'],
        ['zh-cn', 'other'],
        ['klingonish', 'other'],
      ],
    );
  });

  it('sorts own tags into filters by what they are', () => {
    const { tags } = recordOf({ yaml: 'tags: [fill-mask, onnx, "arxiv:1706.03762", "dataset:x", "doi:10.1/2", free]' });
    assert.deepEqual(
      tags.filter((tag) => tag.evidence.some(({ key }) => key === 'tags')).map(({ name, facet }) => `${name} ${facet}`),
      ['fill-mask task', 'onnx library', 'arxiv:1706.03762 arxiv', 'dataset:x dataset', 'doi:10.1/2 doi', 'free other'],
    );
    assert.deepEqual(recordOf({ yaml: 'tags: ["arxiv:1706.03762"]' }).arxiv, ['1706.03762']);
    const spellings = ['arXiv:1706.03762', 'ARXIV: 1706.03762v5', 'arXiv:math.GT/0309136', 'arXiv:none', 'DOI:10.1/2'];
    const named = { yaml: `tags: ${JSON.stringify(spellings)}`, body: 'https://arxiv.org/abs/1706.03762v2' };
    for (const kind of ['model', 'dataset'] as const) {
      const papers = recordOf({ kind, ...named }).tags.filter(({ facet }) => facet === 'arxiv' || facet === 'doi');
      assert.deepEqual(
        papers.map(({ name }) => name),
        ['arxiv:1706.03762', 'arxiv:math.GT/0309136', 'arxiv:none', 'doi:10.1/2'],
      );
    }
  });

  const switches: readonly [yaml: string, on: boolean, parameters: Record<string, unknown>][] = [
    ['inference: false', false, {}],
    ['inference: off', false, {}],
    ['inference: no', false, {}],
    ['inference: "false"', false, {}],
    ['inference: False', false, {}],
    ['inference: true', true, {}],
    ['inference: on', true, {}],
    ['inference: {parameters: {temperature: 0.7}}', true, { temperature: 0.7 }],
    ['inference: {}', true, {}],
    ['license: mit', true, {}],
  ];
  for (const [yaml, on, parameters] of switches) {
    it(`${yaml} → inference ${on ? 'on' : 'off'}`, () => {
      const record = recordOf({ yaml });
      assert.equal(record.inference, on);
      assert.deepEqual(record.inferenceParameters, parameters);
    });
  }

  it('keeps the word by which inference is off', () => {
    for (const [said, kept] of [
      ['off', 'off'],
      ['No', 'No'],
      ['"false"', 'false'],
      ['False', 'false'],
      ['true', undefined],
    ])
      assert.equal(recordOf({ yaml: `inference: ${said}` }).inferenceSays, kept, said);
  });

  const thumbnails: readonly [value: string, kept: string | null][] = [
    ['https://example.org/a.png', 'https://example.org/a.png'],
    ['images/a.png', 'images/a.png'],
    ['javascript:alert(1)', null],
    ['../../other/a.png', null],
    ['/etc/passwd', null],
    ['//evil.example/a.png', null],
    ['https://', null],
    ['data:image/png;base64,xxx', null],
  ];
  for (const [value, kept] of thumbnails) {
    it(`thumbnail ${value} → ${kept}`, () => assert.equal(recordOf({ yaml: `thumbnail: "${value}"` }).thumbnail, kept));
  }

  it('keeps what a map of carbon says in words, cut where it is long', () => {
    const yaml = `co2_eq_emissions: {emissions: 3, source: codecarbon, hardware_used: "${'x'.repeat(300)}", training_type: [a]}`;
    assert.deepEqual(recordOf({ yaml }).carbonDetails, { source: 'codecarbon', hardware: 'x'.repeat(200) });
    assert.equal(recordOf({ yaml: 'co2_eq_emissions: 3' }).carbonDetails, undefined);
  });

  it('takes another model as the new version, nothing else', () => {
    assert.equal(recordOf({ yaml: 'new_version: acme/bert-2' }).newVersion, 'acme/bert-2');
    for (const value of ['bert-2', '[a/b, c/d]', 'https://example.org/a', '../a', '5', 'javascript:x/y'])
      assert.equal(recordOf({ yaml: `new_version: ${value}` }).newVersion, undefined, value);
    const { newVersion } = recordOf({ name: 'Bert', yaml: 'new_version: ANA/bert' });
    assert.equal(newVersion, undefined, 'of itself');
  });

  it('reads carbon as a number or a map', () => {
    assert.equal(recordOf({ yaml: 'co2_eq_emissions: 12.5' }).carbonGrams, 12.5);
    assert.equal(recordOf({ yaml: 'co2_eq_emissions: {emissions: 3}' }).carbonGrams, 3);
    assert.equal(recordOf({ yaml: 'co2_eq_emissions: -3' }).carbonGrams, null);
    assert.deepEqual(tagNames(recordOf({ yaml: 'co2_eq_emissions: 12.5\nlicense: mit\nbase_model: a/b' })), [
      'co2_eq_emissions',
      'base_model:a/b',
      'base_model:finetune:a/b',
      'license:mit',
    ]);
    assert.equal(recordOf({ yaml: 'co2_eq_emissions: .nan' }).carbonGrams, null);
  });

  it('carries what was wrong with the front matter, once', () => {
    const facts = factsOf({ yaml: 'a: [' });
    assert.equal(deriveRecord(facts).problems.length, 1);
    assert.equal(deriveRecord({ ...facts, problems: facts.card!.problems }).problems.length, 1);
  });

  const relations: readonly [title: string, sketch: Parameters<typeof recordOf>[0], relation: string][] = [
    ['nothing telling', { files: ['model.safetensors'] }, 'finetune'],
    ['the card’s word', { yaml: 'base_model: a/b\nbase_model_relation: quantized' }, 'quantized'],
    ['an adapter', { files: ['adapter_config.json'] }, 'adapter'],
    ['a lora tag', { yaml: 'base_model: a/b\ntags: [lora]' }, 'adapter'],
    ['GGUF', { files: ['m.gguf'] }, 'quantized'],
    ['only ONNX', { files: ['onnx/model.onnx'] }, 'quantized'],
    ['ONNX beside safetensors', { files: ['onnx/model.onnx', 'model.safetensors'] }, 'finetune'],
    ['quantization_config', { config: { quantization_config: { bits: 4 } } }, 'quantized'],
    ['its name', { name: 'm-AWQ', files: ['model.safetensors'] }, 'quantized'],
  ];
  for (const [title, sketch, relation] of relations) {
    it(`relation to the base model by ${title}: ${relation}`, () => {
      const [base] = recordOf({ yaml: 'base_model: a/b', ...sketch }).baseModels;
      assert.deepEqual(base, { id: 'a/b', relation });
    });
  }

  it('tags quantisation and own code', () => {
    const names = tagNames(
      recordOf({
        config: {
          model_type: 'llama',
          quantization_config: { bits: 4, quant_method: 'awq' },
          auto_map: { AutoModel: 'm.M' },
        },
      }),
    );
    assert.deepEqual(names, ['llama', '4-bit', 'awq', 'custom_code', 'transformers']);
    assert.ok(tagNames(recordOf({ config: { quantization_config: { load_in_8bit: true } } })).includes('8-bit'));
    assert.ok(tagNames(recordOf({ config: { text_config: { quantization_config: { bits: 3 } } } })).includes('3-bit'));
  });
});

describe('record of a dataset', () => {
  it('has the tags of a dataset card and nothing of a model', () => {
    const record = recordOf({
      kind: 'dataset',
      files: ['data/train.parquet', 'model.safetensors'],
      config: { model_type: 'bert', architectures: ['BertForMaskedLM'] },
      headers: { 'model.safetensors': header('safetensors', { F32: 1 }) },
      yaml: 'language: [en, fr]\nlicense: MIT\ntask_categories: [text-classification]\ntask_ids: sentiment-classification\nsize_categories: 1K<n<10K\ntags: [text, own]',
      body: 'https://arxiv.org/abs/2101.00001',
    });
    assert.deepEqual(tagNames(record), [
      ...['task_categories:text-classification', 'task_ids:sentiment-classification', 'size_categories:1K<n<10K'],
      ...['language:en', 'language:fr', 'format:parquet', 'arxiv:2101.00001', 'text', 'own', 'license:mit'],
    ]);
    assert.deepEqual(
      record.tags.map((tag) => tag.facet),
      [
        ...['task_categories', 'other', 'size_categories', 'language', 'language'],
        ...['format', 'arxiv', 'other', 'other', 'license'],
      ],
    );
    assert.equal(record.pipelineTag, null);
    assert.equal(record.libraryName, null);
    assert.equal(record.parameters, null);
    assert.deepEqual(record.graphs, []);
    assert.deepEqual(record.languages, ['en', 'fr']);
  });

  for (const [files, formats] of [
    [['README.md', 'notes.txt', 'dataset_infos.json', '.gitattributes'], []],
    [
      ['train.csv', 'test.tsv', 'data/rows.jsonl.gz'],
      ['csv', 'json'],
    ],
    [
      ['a/shard-00.tar', 'a.arrow', 'state.json'],
      ['arrow', 'webdataset'],
    ],
    [['banner.png', 'assets/figure.png', 'clips/1.wav'], ['audiofolder']],
    [
      ['images/cat/1.JPG', 'metadata.csv'],
      ['csv', 'imagefolder'],
    ],
  ] as const) {
    it(`reads the formats of ${files.join(', ')}`, () => {
      const found = tagNames(recordOf({ kind: 'dataset', files: [...files] }));
      assert.deepEqual(
        found.filter((tag) => tag.startsWith('format:')),
        formats.map((format) => `format:${format}`),
      );
    });
  }
});

describe('explainRecord', () => {
  it('tells for every tag what showed it, and which tag decides task and library', () => {
    const record = recordOf({
      files: ['model.safetensors'],
      config: { model_type: 'bert', architectures: ['BertForMaskedLM'] },
      yaml: 'license: mit',
    });
    assert.deepEqual(
      explainRecord(record).map(({ tag, decides, because }) => [tag, decides, because]),
      [
        ['safetensors', null, ['model.safetensors (file name)']],
        ['bert', null, ['config.json, key model_type']],
        ['fill-mask', 'task', ['config.json, key architectures (architecture BertForMaskedLM)']],
        ['transformers', 'library', ['config.json, key model_type']],
        ['license:mit', null, ['README.md, key license']],
      ],
    );
  });
});

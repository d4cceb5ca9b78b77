import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { checkCard } from '../../../indexer/card/fields.js';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import { explainRecord } from '../../../indexer/tags/explain.js';
import type { RevisionFacts } from '../../../indexer/tags/types.js';
import { entry, factsOf, fixtureFacts, header, recordFixtures } from './facts.js';

const cardKeys = [
  ...[
    'language',
    'languages',
    'license',
    'license_name',
    'tags',
    'datasets',
    'metrics',
    'library_name',
    'pipeline_tag',
    'widget',
  ],
  ...[
    'inference',
    'thumbnail',
    'model-index',
    'co2_eq_emissions',
    'base_model',
    'base_model_relation',
    'finetuned_from',
    'task_ids',
  ],
];
const configKeys = [
  ...[
    'model_type',
    'architectures',
    'task_specific_params',
    'quantization_config',
    'text_config',
    'vision_config',
    'auto_map',
    'sklearn',
  ],
  ...['chat_template', 'peft_type', '_class_name', 'architecture', 'num_features', 'quantization', 'policy_class'],
];
const words = fc.constantFrom(
  ...[
    'fill-mask',
    'translation',
    'conversational',
    'text-generation',
    'transformers',
    'diffusers',
    'en',
    'mit',
    'license:mit',
    'arxiv:2101.00001',
  ],
  ...[
    'BertForMaskedLM',
    'GPT2LMHeadModel',
    'T5ForConditionalGeneration',
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    'base_model:x',
  ],
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      words,
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(words, fc.constantFrom('type', 'value', 'task', 'results', 'text', 'src', 'name')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;
const mapping = (keys: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), anything, { maxKeys: 6 });
const paths = fc.constantFrom(
  ...[
    'pytorch_model.bin',
    'model.safetensors',
    'onnx/model.onnx',
    'model.onnx',
    'tf_model.h5',
    'a/b.gguf',
    'training_args.bin',
    'modules.json',
  ],
  ...[
    'vocab.txt',
    'chat_template.jinja',
    'config.cfg',
    'meta.json',
    'model-00001-of-00002.safetensors',
    'runs/x/events.out.tfevents.1',
  ],
);
const format = fc.constantFrom(
  'safetensors' as const,
  'onnx' as const,
  'gguf' as const,
  'pytorch' as const,
  'pickle' as const,
);

const facts: fc.Arbitrary<RevisionFacts> = fc
  .record({
    kind: fc.constantFrom('model' as const, 'dataset' as const),
    metadata: fc.option(mapping(cardKeys)),
    body: fc.string(),
    json: fc.dictionary(
      fc.constantFrom('config.json', 'tokenizer_config.json', 'adapter_config.json', 'model_index.json'),
      fc.oneof(mapping(configKeys), anything),
    ),
    files: fc.uniqueArray(paths),
    headers: fc.dictionary(paths, fc.tuple(format, fc.dictionary(fc.constantFrom('F32', 'I64'), fc.nat()))),
  })
  .map(({ kind, metadata, body, json, files, headers }) => ({
    ...factsOf({ kind, json }),
    card:
      metadata === null ? null : { metadata, lines: {}, begins: new Map(), body, hasFrontMatter: true, problems: [] },
    files: files.map((path) => entry(path)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([path, [kindOf, counts]]) => [path, header(kindOf, counts)]),
    ),
  }));

function assertSound(revision: RevisionFacts): void {
  const record = deriveRecord(revision);
  const names = record.tags.map((tag) => tag.name);
  assert.equal(new Set(names).size, names.length, 'a tag is there twice');
  for (const { name, evidence } of record.tags) {
    assert.ok(name.length > 0);
    assert.ok(evidence.length > 0 && evidence.every(({ rule }) => rule !== ''), `${name} has no evidence`);
  }
  if (record.pipelineTag) assert.ok(names.includes(record.pipelineTag));
  if (record.libraryName) assert.ok(names.includes(record.libraryName));
  for (const id of record.metrics) assert.ok(names.includes(`metric:${id}`));
  for (const id of record.datasets) assert.ok(names.includes(`dataset:${id}`));
  for (const key of Object.keys(record.taskParameters)) assert.ok(names.includes(`pipeline:${key}`));
  const firstLicense = names.findIndex((name) => name.startsWith('license:'));
  if (firstLicense >= 0 && revision.repo.kind === 'model')
    assert.ok(
      names.slice(firstLicense).every((name) => name.startsWith('license:')),
      'a licence is not last',
    );
  assert.equal(explainRecord(record).length, names.length);
}

describe('derivation, whatever a repository holds', () => {
  it('never throws; each tag is there once, with evidence; licences are last', () => {
    fc.assert(fc.property(facts, assertSound), { numRuns: 500 });
  });

  it('gives the same record for the same facts, and one that survives JSON', () => {
    fc.assert(
      fc.property(facts, (revision) => {
        const text = JSON.stringify(deriveRecord(revision));
        assert.equal(JSON.stringify(deriveRecord(revision)), text);
        assert.equal(JSON.stringify(JSON.parse(text)), text);
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing that it was given', () => {
    fc.assert(
      fc.property(facts, (revision) => {
        const before = JSON.stringify(revision);
        deriveRecord(revision);
        assert.equal(JSON.stringify(revision), before);
      }),
      { numRuns: 100 },
    );
  });

  it('and the check of a card never throws either', () => {
    fc.assert(
      fc.property(mapping(cardKeys), (metadata) => {
        const card = { metadata, lines: {}, begins: new Map(), body: '', hasFrontMatter: true, problems: [] };
        for (const problem of checkCard(card, { isLocalDataset: () => false }))
          assert.ok(problem.message.startsWith('"'));
      }),
      { numRuns: 300 },
    );
  });

  it('holds for the reference repositories', () => {
    for (const name of readdirSync(recordFixtures)) assertSound(fixtureFacts(name));
  });
});

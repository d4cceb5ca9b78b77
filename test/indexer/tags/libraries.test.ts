import assert from 'node:assert/strict';
import { recordOf, type Sketch } from './facts.js';

describe('library of a model', () => {
  const rows: readonly [title: string, sketch: Sketch, library: string | null, key?: string][] = [
    ['the card’s word', { yaml: 'library_name: flair', config: { model_type: 'bert' } }, 'flair', 'library_name'],
    ['the card’s word in other case', { yaml: 'library_name: Transformers' }, 'transformers', 'library_name'],
    ['a card tag', { yaml: 'tags: [nlp, spacy]', config: { model_type: 'bert' } }, 'spacy', 'tags'],
    [
      'the first of two card tags',
      { yaml: 'tags: [sentence-transformers, transformers]' },
      'sentence-transformers',
      'tags',
    ],
    [
      'no format among the card tags',
      { yaml: 'tags: [onnx, gguf, safetensors]', config: { model_type: 'bert' } },
      'transformers',
      'model_type',
    ],
    ['config.json with model_type', { config: { model_type: 'bert' } }, 'transformers', 'model_type'],
    ['config.json with architectures', { config: { architectures: ['X'] } }, 'transformers', 'architectures'],
    ['config.json of anything', { config: { hello: 1 } }, null],
    [
      'diffusers',
      { json: { 'model_index.json': { _class_name: 'StableDiffusionPipeline' } } },
      'diffusers',
      '_class_name',
    ],
    ['peft', { json: { 'adapter_config.json': { peft_type: 'LORA' } } }, 'peft', 'peft_type'],
    ['adapters', { json: { 'adapter_config.json': { model_class: 'BertModel' } } }, 'adapter-transformers'],
    ['sentence-transformers', { files: ['modules.json'], config: { model_type: 'bert' } }, 'sentence-transformers'],
    ['setfit before sentence-transformers', { files: ['modules.json', 'config_setfit.json'] }, 'setfit'],
    ['timm', { config: { architecture: 'resnet18', num_features: 512 } }, 'timm', 'architecture'],
    ['span-marker', { config: { model_type: 'span-marker' } }, 'span-marker', 'model_type'],
    ['sklearn', { config: { sklearn: { model: {} } } }, 'sklearn', 'sklearn'],
    ['spaCy', { files: ['config.cfg', 'meta.json'] }, 'spacy'],
    ['spaCy wheel', { files: ['en_core-any-py3-none-any.whl'] }, 'spacy'],
    ['half of spaCy', { files: ['config.cfg'] }, null],
    ['ML-Agents', { files: ['configuration.yaml', 'Pyramids.onnx', 'run_logs/timers.json'] }, 'ml-agents'],
    ['Stable-Baselines3', { files: ['ppo.zip'], config: { policy_class: {} } }, 'stable-baselines3', 'policy_class'],
    ['NeMo', { files: ['stt.nemo'] }, 'nemo'],
    ['GGUF alone', { files: ['m.Q4_K_M.gguf'] }, 'gguf'],
    ['GGUF beside transformers', { files: ['m.gguf'], config: { model_type: 'llama' } }, 'transformers', 'model_type'],
    [
      'Core ML export beside transformers',
      { files: ['coreml/m.mlmodel'], config: { model_type: 'bert' } },
      'transformers',
      'model_type',
    ],
    ['nothing', {}, null],
  ];
  for (const [title, sketch, library, key] of rows) {
    it(`${title} → ${library ?? 'none'}`, () => {
      const record = recordOf(sketch);
      assert.equal(record.libraryName, library);
      if (key) assert.equal(record.libraryEvidence?.key, key);
      if (library) assert.ok(record.tags.some((tag) => tag.name === library && tag.facet === 'library'));
    });
  }
});

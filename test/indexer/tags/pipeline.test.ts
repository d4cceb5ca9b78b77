import assert from 'node:assert/strict';
import { header, recordOf, type Sketch, tagNames } from './facts.js';

const template = { 'tokenizer_config.json': { chat_template: '{{ messages }}' } };
const causal = { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] };
const seq2seq = { model_type: 't5', architectures: ['T5ForConditionalGeneration'] };

describe('task of a model', () => {
  const rows: readonly [title: string, sketch: Sketch, task: string | null, key?: string][] = [
    // The examples of the documentation that the project was created from.
    [
      'roberta-large-mnli',
      { config: { architectures: ['RobertaForSequenceClassification'] } },
      'text-classification',
      'architectures',
    ],
    ['bert-large conll03', { config: { architectures: ['BertForTokenClassification'] } }, 'token-classification'],
    ['distilbert squad', { config: { architectures: ['DistilBertForQuestionAnswering'] } }, 'question-answering'],
    [
      't5-base',
      { config: { ...seq2seq, task_specific_params: { summarization: {}, translation_en_to_de: {} } } },
      'translation',
      'task_specific_params.translation_en_to_de',
    ],
    [
      'bart-large-cnn',
      { config: { architectures: ['BartForConditionalGeneration'], task_specific_params: { summarization: {} } } },
      'summarization',
      'task_specific_params.summarization',
    ],
    [
      'blenderbot',
      { yaml: 'tags: [conversational]', config: { architectures: ['BlenderbotForConditionalGeneration'] } },
      'conversational',
      'tags',
    ],
    ['gpt2', { config: causal }, 'text-generation'],
    ['distilroberta-base', { config: { architectures: ['RobertaForMaskedLM'] } }, 'fill-mask'],
    [
      'bart-large-mnli',
      { yaml: 'pipeline_tag: zero-shot-classification', config: { architectures: ['BartForSequenceClassification'] } },
      'zero-shot-classification',
      'pipeline_tag',
    ],
    ['tapas wtq', { config: { architectures: ['TapasForQuestionAnswering'] } }, 'table-question-answering'],
    // The card.
    [
      'pipeline_tag overrides tags and architecture',
      { yaml: 'pipeline_tag: fill-mask\ntags: [text-classification]', config: causal },
      'fill-mask',
      'pipeline_tag',
    ],
    [
      'an older name',
      { yaml: 'pipeline_tag: structured-data-classification' },
      'tabular-classification',
      'pipeline_tag',
    ],
    [
      'an unknown pipeline_tag counts for nothing',
      { yaml: 'pipeline_tag: nonsense', config: causal },
      'text-generation',
      'architectures',
    ],
    ['a card tag that is more specific', { yaml: 'tags: [translation]', config: seq2seq }, 'translation', 'tags'],
    [
      'a card tag that is less specific',
      { yaml: 'tags: [fill-mask]', config: { architectures: ['BertForTokenClassification'] } },
      'token-classification',
      'architectures',
    ],
    // Conversation.
    ['conversational without a template', { yaml: 'tags: [conversational]', config: causal }, 'conversational'],
    [
      'conversational with a template',
      { yaml: 'tags: [conversational]', config: causal, json: template },
      'text-generation',
    ],
    [
      'conversational parameters',
      { config: { ...causal, task_specific_params: { conversational: { max_length: 1000 } } } },
      'conversational',
    ],
    [
      'conversational parameters with a template',
      { config: { ...causal, task_specific_params: { conversational: {} } }, json: template },
      'text-generation',
    ],
    [
      'pipeline_tag conversational stays',
      { yaml: 'pipeline_tag: conversational', config: causal, json: template },
      'conversational',
    ],
    ['text2text-generation stays a task', { config: seq2seq }, 'text2text-generation'],
    // Several architectures.
    [
      'the most specific of several',
      { config: { architectures: ['BertModel', 'BertForQuestionAnswering', 'BertForMaskedLM'] } },
      'question-answering',
    ],
    // Other libraries.
    [
      'sentence-transformers',
      { files: ['modules.json'], config: { architectures: ['BertModel'] } },
      'sentence-similarity',
    ],
    [
      'sentence-transformers with tags',
      { yaml: 'tags: [sentence-transformers, feature-extraction]' },
      'feature-extraction',
      'tags',
    ],
    ['spaCy', { files: ['config.cfg', 'meta.json'] }, 'token-classification'],
    ['timm', { config: { architecture: 'resnet18', num_features: 512 } }, 'image-classification'],
    ['diffusers', { json: { 'model_index.json': { _class_name: 'StableDiffusionPipeline' } } }, 'text-to-image'],
    [
      'diffusers image to image',
      { json: { 'model_index.json': { _class_name: 'StableDiffusionImg2ImgPipeline' } } },
      'image-to-image',
      '_class_name',
    ],
    [
      'diffusers image to video',
      { json: { 'model_index.json': { _class_name: 'StableVideoDiffusionPipeline' } } },
      'image-to-video',
    ],
    ['diffusers video', { json: { 'model_index.json': { _class_name: 'CogVideoXPipeline' } } }, 'text-to-video'],
    [
      'diffusers unconditional',
      { json: { 'model_index.json': { _class_name: 'DDPMPipeline' } } },
      'unconditional-image-generation',
    ],
    ['an unknown library goes by its architecture', { yaml: 'library_name: mine', config: causal }, 'text-generation'],
    ['nothing', {}, null],
  ];
  for (const [title, sketch, task, key] of rows) {
    it(`${title} → ${task ?? 'none'}`, () => {
      const record = recordOf(sketch);
      assert.equal(record.pipelineTag, task);
      if (key) assert.equal(record.pipelineEvidence?.key, key);
      if (task) assert.ok(record.tags.some((tag) => tag.name === task && tag.facet === 'task'));
    });
  }

  it('gives every sub-key of task_specific_params a tag, known or not, in file order, and keeps its parameters', () => {
    const record = recordOf({
      config: {
        ...seq2seq,
        task_specific_params: { zeta: { a: 1 }, summarization: { num_beams: 4 }, 'My Task': null, alpha: [] },
      },
    });
    const tags = record.tags.filter((tag) => tag.facet === 'pipeline').map((tag) => tag.name);
    assert.deepEqual(tags, ['pipeline:zeta', 'pipeline:summarization', 'pipeline:My Task', 'pipeline:alpha']);
    assert.deepEqual(record.taskParameters.summarization, { num_beams: 4 });
    assert.deepEqual(record.taskParameters['My Task'], {});
  });

  it('tags a chat template as conversational where text is generated, and nowhere else', () => {
    assert.ok(tagNames(recordOf({ config: causal, json: template })).includes('conversational'));
    assert.ok(tagNames(recordOf({ config: causal, files: ['chat_template.jinja'] })).includes('conversational'));
    const gguf = { 'm.gguf': header('gguf', { Q4_K: 1 }, { 'tokenizer.chat_template': '{{ x }}' }) };
    assert.ok(tagNames(recordOf({ yaml: 'pipeline_tag: text-generation', headers: gguf })).includes('conversational'));
    assert.ok(
      !tagNames(recordOf({ config: { architectures: ['BertForMaskedLM'] }, json: template })).includes(
        'conversational',
      ),
    );
    assert.ok(
      !tagNames(recordOf({ config: causal, json: { 'tokenizer_config.json': { chat_template: null } } })).includes(
        'conversational',
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { answerableTasks } from '../../inference/tasks.js';

const rows = [
  {
    name: 'a classifier',
    config: { architectures: ['BertForSequenceClassification'], id2label: { 0: 'NEG' } },
    tasks: ['text-classification'],
  },
  {
    name: 'a model of entailment',
    config: { architectures: ['DebertaV2ForSequenceClassification'], id2label: { 0: 'ENTAILMENT', 1: 'neutral' } },
    pipelineTag: 'zero-shot-classification',
    tasks: ['zero-shot-classification', 'text-classification'],
  },
  {
    name: 'a sentence transformer',
    config: { architectures: ['BertModel'] },
    pipelineTag: 'sentence-similarity',
    isSentenceTransformer: true,
    tasks: ['sentence-similarity', 'feature-extraction'],
  },
  { name: 'a base model', config: { architectures: ['DistilBertModel'] }, tasks: ['feature-extraction'] },
  {
    name: 'a tagger',
    config: { architectures: ['XLMRobertaForTokenClassification'] },
    tasks: ['token-classification'],
  },
  { name: 'a reader', config: { architectures: ['XLMForQuestionAnsweringSimple'] }, tasks: ['question-answering'] },
  { name: 'a masked language model', config: { architectures: ['RobertaForMaskedLM'] }, tasks: ['fill-mask'] },
  {
    name: 'a generator, not answered yet',
    config: { architectures: ['GPT2LMHeadModel'] },
    pipelineTag: 'text-generation',
    tasks: [],
  },
  { name: 'a model of images', config: { model_type: 'vit', architectures: ['ViTModel'] }, tasks: [] },
  { name: 'a card alone', config: null, pipelineTag: 'text-classification', tasks: ['text-classification'] },
  { name: 'a config of wrong types', config: { architectures: 'Bert', id2label: 7 }, tasks: [] },
];

describe('the tasks that a model can answer', () => {
  for (const { name, config, pipelineTag = null, isSentenceTransformer = false, tasks } of rows) {
    it(name, () => {
      assert.deepEqual(answerableTasks({ config, pipelineTag, isSentenceTransformer }), tasks);
    });
  }
});

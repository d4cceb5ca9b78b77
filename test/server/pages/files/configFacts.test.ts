import assert from 'node:assert/strict';
import { configFacts } from '../../../../server/pages/files/content/configFacts.js';

const facts = (path: string, config: unknown): Record<string, string> =>
  Object.fromEntries(configFacts(path, JSON.stringify(config)) ?? []);

describe('a configuration in short', () => {
  it('tells architecture, task and sizes of a model, whatever its family calls them', () => {
    const bert = { architectures: ['BertForSequenceClassification'], vocab_size: 30522, num_hidden_layers: 12 };
    assert.deepEqual(facts('sub/config.json', { ...bert, id2label: { 0: 'NEG', 1: 'POS' } }), {
      Architecture: 'BertForSequenceClassification',
      Task: 'Text Classification',
      Vocabulary: '30522',
      Layers: '12',
      Labels: '2: NEG, POS',
    });
    assert.equal(facts('config.json', { n_layer: 6, n_embd: 768 })['Hidden size'], '768');
  });

  it('tells class and tokens of a tokenizer, and no limit that is none', () => {
    const config = { tokenizer_class: 'T', model_max_length: 1e30, mask_token: { content: '<m>' }, chat_template: 'x' };
    assert.deepEqual(facts('tokenizer_config.json', config), {
      Class: 'T',
      'Special tokens': '<m>',
      'Chat template': 'yes',
    });
  });

  for (const [name, path, text] of [
    ['another file', 'other.json', '{"vocab_size":1}'],
    ['a list', 'config.json', '[1]'],
    ['no JSON', 'config.json', '{'],
    ['nothing that it knows', 'config.json', '{"a":1}'],
  ])
    it(`has nothing to say of ${name}`, () => assert.equal(configFacts(path!, text!), null));
});

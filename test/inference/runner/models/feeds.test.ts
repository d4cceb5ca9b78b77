import assert from 'node:assert/strict';
import type { TextEncoding } from '../../../../inference/pipelines/encoding.js';
import { inputFeeds } from '../../../../inference/runner/models/feeds.js';

describe('what a text graph is fed with', () => {
  const encoding = { ids: [2, 7, 3, 8, 3], length: 5, typeIds: () => [0, 0, 0, 1, 1] } as unknown as TextEncoding;
  const ports = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
    name,
    type: 'int64',
    dims: [null, null],
  }));
  const typesFor = (tokenizer: Record<string, unknown>) =>
    Array.from(
      inputFeeds(ports, { config: {}, tokenizer }, 0)([encoding]).token_type_ids!.data as BigInt64Array,
      Number,
    );

  it('are the token types of a pair', () => assert.deepEqual(typesFor({}), [0, 0, 0, 1, 1]));

  it('are zeros where the tokenizer leaves token types out, as Python then takes them', () => {
    assert.deepEqual(typesFor({ model_input_names: ['input_ids', 'attention_mask'] }), [0, 0, 0, 0, 0]);
    assert.deepEqual(typesFor({ model_input_names: ['input_ids', 'token_type_ids'] }), [0, 0, 0, 1, 1]);
  });

  it('are zeros where the class of the tokenizer gives no types, and no file says otherwise', () => {
    assert.deepEqual(typesFor({ tokenizer_class: 'RobertaTokenizerFast' }), [0, 0, 0, 0, 0]);
    assert.deepEqual(typesFor({ tokenizer_class: 'BertTokenizer' }), [0, 0, 0, 1, 1]);
    const said = { tokenizer_class: 'DistilBertTokenizer', model_input_names: ['input_ids', 'token_type_ids'] };
    assert.deepEqual(typesFor(said), [0, 0, 0, 1, 1]);
  });
});

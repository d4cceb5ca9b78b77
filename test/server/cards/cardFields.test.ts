import assert from 'node:assert/strict';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { fieldValues, withFieldValues } from '../../../server/cards/cardFields.js';

const card = '---\nwidget:\n- text: Hi\n  example_title: Greeting\n---\n# A model\n';

describe('fields of a card', () => {
  for (const task of ['text-classification', null, 'fill-msk', 'constructor']) {
    it(`show the texts of its examples where the task is ${task}`, async () => {
      const values = fieldValues(parseCard(card), 'model', task);
      assert.equal(values['widget.0.text'], 'Hi');
      assert.equal(values['widget.0.example_title'], 'Greeting');
      const now = { ...values, license: 'mit' };
      const text = await withFieldValues(card, { kind: 'model', task, was: values, now });
      assert.match(text!, /- text: Hi\n/);
    });
  }

  it('keep a value that has a comma', async () => {
    const tagged = '---\ntags:\n- a, b\n- c\n---\n';
    const was = fieldValues(parseCard(tagged), 'model', null);
    assert.equal(was.tags, 'a\\, b, c');
    const text = await withFieldValues(tagged, {
      kind: 'model',
      task: null,
      was,
      now: { ...was, tags: `${was.tags}, d` },
    });
    assert.deepEqual(parseCard(text!).metadata.tags, ['a, b', 'c', 'd']);
  });
});

import assert from 'node:assert/strict';
import { vocabularyMisfit } from '../../../inference/compile/vocabularyFit.js';
import { tokenNumbers } from '../../../inference/tokenizers/tokenNumbers.js';

const letters = Object.fromEntries(Array.from({ length: 100 }, (_, id) => [`w${id}`, id]));

describe('a tokenizer beside an embedding', () => {
  const misfit = (rows: number, extra: object = {}, added: { content: string; id: number | null }[] = []) =>
    vocabularyMisfit(tokenNumbers({ vocabulary: { ...letters, ...extra }, added }), rows);

  it('fits where the table has a row for each token, or more', () => {
    assert.equal(misfit(100), null);
    assert.equal(misfit(128), null);
  });

  it('does not where it knows more words, and both figures are told', () => {
    const found = misfit(60);
    assert.equal(found?.isProblem, true);
    assert.match(found.reason, /knows 100 tokens, its embedding has 60 rows.*\(vocab_size in config\.json\)/);
  });

  it('is worth a warning where only added tokens, placeholders, or one word of many lack a row', () => {
    const cases = [
      misfit(100, {}, [{ content: '<pad>', id: 100 }]),
      misfit(100, { '<mask>': 100 }, [{ content: '<mask>', id: null }]),
      misfit(100, { '[unused1]': 100, madeupword0000: 101, '<extra_id_0>': 102 }),
      misfit(99),
    ];
    assert.deepEqual(
      cases.map((found) => found?.isProblem),
      [false, false, false, false],
    );
    assert.match(cases[0]!.reason, /numbers up to 100 \("<pad>"\), its embedding has 100 rows/);
  });

  it('reads lists of pieces, and says nothing of a vocabulary that is none', () => {
    const pieces = [['<unk>', 0], ...Object.keys(letters).map((word) => [word, -1])];
    assert.equal(vocabularyMisfit(tokenNumbers({ vocabulary: pieces, added: [] }), 101), null);
    assert.equal(vocabularyMisfit(tokenNumbers({ vocabulary: pieces, added: [] }), 50)?.isProblem, true);
    for (const vocabulary of [null, 'x', [1, null], { a: 'x', b: -1.5 }])
      assert.equal(vocabularyMisfit(tokenNumbers({ vocabulary, added: [] }), 5), null);
  });
});

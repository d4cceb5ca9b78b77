import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { parseSentencePiece } from '../../../inference/tokenizers/sentencePiece/model.js';
import { sentencePieceProcessor } from '../../../inference/tokenizers/sentencePiece/processor.js';
import { generator } from '../../indexer/formats/samples.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'tokenizers');
const text = ' The  quick ﬁne 今日 e\u0301 👍🏽 1,000 ';

describe('SentencePiece', () => {
  for (const file of ['marian/source.spm', 'llama/tokenizer.model', 'gemma/tokenizer.model']) {
    const bytes = readFileSync(path.join(fixtures, file));

    it(`${file}: pieces of a text become the text again`, () => {
      const processor = sentencePieceProcessor(parseSentencePiece(file, bytes));
      for (const one of ['the dog', 'then they left', 'quick again'])
        assert.equal(processor.text(processor.pieces(one)), one);
    });

    it(`${file}: damaged files are read or refused by name, in little time`, () => {
      const random = generator(7);
      const before = process.cpuUsage();
      for (let round = 0; round < 200; round++) {
        const damaged = Buffer.from(round % 4 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
        for (let flips = 1 + Math.floor(random() * 6); flips > 0 && damaged.length > 0; flips--)
          damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
        try {
          const processor = sentencePieceProcessor(parseSentencePiece('x.spm', damaged));
          assert.equal(typeof processor.text(processor.pieces(text)), 'string');
        } catch (error) {
          assert.ok(
            error instanceof HubError && error.code === 'INFERENCE_UNAVAILABLE',
            String((error as Error).stack),
          );
          assert.match(error.message, /x\.spm/);
        }
      }
      assert.ok(process.cpuUsage(before).user < 20_000_000);
    });
  }

  it('what no piece has is one unknown, or its bytes', () => {
    const read = (file: string) => parseSentencePiece(file, readFileSync(path.join(fixtures, file)));
    const plain = sentencePieceProcessor(read('marian/source.spm'));
    assert.deepEqual(plain.pieces('☃☃'), ['▁', '☃☃']);
    const bytes = sentencePieceProcessor(read('llama/tokenizer.model'));
    assert.deepEqual(bytes.pieces('☃'), ['▁', '<0xE2>', '<0x98>', '<0x83>']);
    assert.equal(bytes.text(['▁', '<0xE2>', '<0x98>', '<0x83>', '<0xE2>']), '☃�');
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { encodeTable } from '../../../inference/tokenizers/tapas/encodeTable.js';
import { readTapas } from '../../../inference/tokenizers/tapas/tapasReader.js';

/** Odd tables and questions, and what the tokenizer of transformers makes of them; see make.py beside them. */
const fixtures = path.join(projectRoot, 'test', 'fixtures', 'tables');
const vocabulary = readFileSync(path.join(fixtures, 'vocab.txt'), 'utf8');

interface Case {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The first row has the names of the columns. */
  readonly table: readonly (readonly string[])[];
  readonly question: string;
  readonly ids: readonly number[];
  /** Null where Python gives more tokens than the model reads. */
  readonly types: readonly (readonly number[])[] | null;
}

describe('tables as tokens', () => {
  const cases = JSON.parse(readFileSync(path.join(fixtures, 'cases.json'), 'utf8')) as readonly Case[];
  cases.forEach(({ settings, table, question, ids, types }, index) => {
    it(`table ${index + 1}, "${question.slice(0, 30)}"`, () => {
      const { words, ends, limits } = readTapas(vocabulary, settings, {}, 512);
      const [columns = [], ...rows] = table;
      const encode = () => encodeTable({ columns, rows }, question, words, ends, { ...limits, dropsRows: true });
      if (types) assert.deepEqual(encode(), { ids, types });
      else
        assert.throws(encode, (error) => error instanceof HubError && /more than the \d+ tokens/.test(error.message));
    });
  });
});

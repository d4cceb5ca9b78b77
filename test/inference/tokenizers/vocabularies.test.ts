import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import type { TextTokenizer } from '../../../inference/pipelines/model.js';
import { readSnapshotJson } from '../../../inference/snapshot/snapshotFiles.js';
import { readTokenizer } from '../../../inference/tokenizers/readTokenizer.js';

/** Repositories without tokenizer.json, and what transformers makes of odd texts with them; see make.py beside them. */
const fixtures = path.join(projectRoot, 'test', 'fixtures', 'tokenizers');
const texts = JSON.parse(readFileSync(path.join(fixtures, 'texts.json'), 'utf8')) as readonly string[];

interface Expected {
  readonly ids: readonly (readonly number[])[];
  readonly pairs: readonly (readonly number[])[];
  readonly types: readonly (readonly number[] | null)[];
  /** Ids, their text without special tokens, and with them. */
  readonly decoded: readonly (readonly [readonly number[], string, string])[];
  readonly special: Readonly<Record<string, number | null>>;
}

async function read(name: string): Promise<readonly [TextTokenizer, Expected]> {
  const folder = path.join(fixtures, name);
  const config = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const settings = (await readSnapshotJson(folder, 'tokenizer_config.json')) ?? {};
  const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Expected;
  return [await readTokenizer(folder, config, settings), expected];
}

describe('vocabularies without tokenizer.json', () => {
  for (const name of readdirSync(fixtures).filter((one) => !one.includes('.'))) {
    it(`${name} gives the tokens and texts of Python`, async () => {
      const [tokenizer, expected] = await read(name);
      for (const [index, text] of texts.entries()) {
        assert.deepEqual((await tokenizer.encode(text)).ids, expected.ids[index], text);
        const pair = await tokenizer.encode(text, 'a pair of it');
        assert.deepEqual(pair.ids, expected.pairs[index], text);
        if (expected.types[index]) assert.deepEqual(pair.typeIds(), expected.types[index], text);
      }
      for (const [ids, plain, whole] of expected.decoded) {
        assert.equal(await tokenizer.decode(ids, true), plain);
        assert.equal(await tokenizer.decode(ids, false), whole);
      }
      const { maskId, padId, clsId, unkId } = tokenizer;
      assert.deepEqual({ mask: maskId, pad: padId, cls: clsId, unk: unkId }, expected.special);
    });
  }
});

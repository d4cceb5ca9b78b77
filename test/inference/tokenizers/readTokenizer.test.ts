import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { maxLengthOf } from '../../../inference/runner/models/modelConfig.js';
import { readSnapshotJson } from '../../../inference/snapshot/snapshotFiles.js';
import { readTokenizer } from '../../../inference/tokenizers/readTokenizer.js';
import { fixtureModels } from '../referenceCases.js';
import { writeSnapshot } from '../tinyModels.js';

const texts = [
  'The delivery was quick — déjà vu, naïve!',
  '',
  '  two  spaces ',
  '今日はとても良い天気です',
  '👍🏽 ok',
  'line\nbreak\ttab',
  'with [SEP] and </s> and <mask> inside',
];

type Json = Record<string, unknown>;

async function tokenizerIn(folder: string) {
  const config = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const settings = (await readSnapshotJson(folder, 'tokenizer_config.json')) ?? {};
  return readTokenizer(folder, config, settings);
}

describe('tokenizers', () => {
  for (const name of ['bert-ner', 'bert-qa', 'minilm-sentence', 'distilbert-seqcls', 'roberta-mlm', 'roberta-seqcls']) {
    it(`${name} without tokenizer.json reads texts as with it`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-tokenizer-'));
      await cp(path.join(fixtureModels, name), folder, { recursive: true });
      await rm(path.join(folder, 'tokenizer.json'));
      const [built, whole] = [await tokenizerIn(folder), await tokenizerIn(path.join(fixtureModels, name))];
      for (const text of texts) {
        const [a, b] = [await built.encode(text, 'a pair'), await whole.encode(text, 'a pair')];
        assert.deepEqual(a.ids, b.ids, text);
        assert.deepEqual(a.typeIds(), b.typeIds(), text);
        assert.deepEqual(a.offsets(), b.offsets(), text);
        assert.equal(await built.decode(a.ids, true), await whole.decode(b.ids, true), text);
      }
      for (const fact of ['maskId', 'padId', 'clsId', 'unkId', 'subwordPrefix', 'maskToken'] as const) {
        assert.equal(built[fact], whole[fact], fact);
      }
    });
  }

  it('padding and truncation in the file do not count', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-tokenizer-'));
    const file = JSON.parse(await readFile(path.join(fixtureModels, 'bert-qa', 'tokenizer.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    file.padding = {
      strategy: { Fixed: 128 },
      direction: 'Right',
      pad_to_multiple_of: null,
      pad_id: 0,
      pad_type_id: 0,
      pad_token: '[PAD]',
    };
    file.truncation = { direction: 'Right', max_length: 4, strategy: 'LongestFirst', stride: 0 };
    await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(file));
    const plain = await tokenizerIn(path.join(fixtureModels, 'bert-qa'));
    assert.deepEqual((await (await tokenizerIn(folder)).encode(texts[0]!)).ids, (await plain.encode(texts[0]!)).ids);
  });

  /** The tokenizer of a fixture after changes to its files; null removes one. */
  async function changed(name: string, changes: Readonly<Record<string, ((json: Json) => void) | null>>) {
    const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-tokenizer-'));
    await cp(path.join(fixtureModels, name), folder, { recursive: true });
    for (const [file, change] of Object.entries(changes)) {
      const place = path.join(folder, file);
      if (change === null) {
        await rm(place, { force: true });
        continue;
      }
      const json = JSON.parse(await readFile(place, 'utf8')) as Json;
      change(json);
      await writeFile(place, JSON.stringify(json));
    }
    return tokenizerIn(folder);
  }

  it('special tokens that tokenizer.json leaves out are known by the settings', async () => {
    const tokenizer = await changed('bert-qa', {
      'tokenizer.json': (file) => {
        file.added_tokens = [];
      },
    });
    assert.ok((await tokenizer.encode('a [MASK] b')).ids.includes(tokenizer.maskId!));
    assert.equal(await tokenizer.decode([tokenizer.clsId!, tokenizer.idOf('a')!], true), 'a');
  });

  it('special tokens have the names of their class where no file names them', async () => {
    const nameless = { 'tokenizer_config.json': null, 'special_tokens_map.json': null };
    const [bert, roberta] = [await changed('bert-qa', nameless), await changed('roberta-mlm', nameless)];
    assert.equal(bert.tokenOf(bert.clsId!), '[CLS]');
    assert.equal(roberta.tokenOf(roberta.clsId!), '<s>');
    assert.equal(roberta.tokenOf(roberta.padId!), '<pad>');
  });

  it('a special token that is matched in lower case is still special when ids become text', async () => {
    const tokenizer = await changed('bert-qa', {
      'tokenizer.json': (file) => {
        for (const token of file.added_tokens as Json[]) token.normalized = true;
      },
      'tokenizer_config.json': (settings) => {
        settings.do_lower_case = true;
      },
    });
    assert.equal(await tokenizer.decode([tokenizer.unkId!, tokenizer.idOf('a')!], true), 'a');
    assert.equal(tokenizer.tokenOf(tokenizer.unkId!), '[UNK]');
  });

  it('whether a space is thought before the first word is said by tokenizer_config.json', async () => {
    const spaced = await changed('roberta-mlm', {
      'tokenizer_config.json': (settings) => {
        settings.add_prefix_space = true;
      },
    });
    const plain = await tokenizerIn(path.join(fixtureModels, 'roberta-mlm'));
    assert.deepEqual(await spaced.ids('river'), await plain.ids(' river'));
    assert.notDeepEqual(await plain.ids('river'), await plain.ids(' river'));
  });

  const refusals: readonly { name: string; files: Record<string, string>; reason: RegExp }[] = [
    { name: 'none', files: {}, reason: /it has no tokenizer/ },
    {
      name: 'SentencePiece that is none',
      files: { 'spiece.model': 'x', 'config.json': '{"model_type":"t5"}' },
      reason: /spiece\.model is no SentencePiece model/,
    },
    {
      name: 'a class without a reader',
      files: { 'vocab.txt': 'a', 'tokenizer_config.json': '{"tokenizer_class":"BertJapaneseTokenizer"}' },
      reason: /the vocabulary of BertJapaneseTokenizer is not read here/,
    },
    {
      name: 'phonemes',
      files: { 'vocab.json': '{"a":0}', 'config.json': '{"model_type":"vits"}' },
      reason: /asks for phonemes/,
    },
    { name: 'broken JSON', files: { 'tokenizer.json': '{' }, reason: /tokenizer\.json is not valid JSON/ },
    { name: 'JSON of something else', files: { 'tokenizer.json': '[1]' }, reason: /its tokenizer cannot be used/ },
    { name: 'a vocabulary without [CLS]', files: { 'vocab.txt': 'a\nb' }, reason: /vocabulary has no \[CLS\]/ },
  ];
  for (const { name, files, reason } of refusals) {
    it(`${name} is refused with the reason`, async () => {
      const folder = await writeSnapshot({ 'config.json': '{}', ...files });
      await assert.rejects(tokenizerIn(folder), reason);
    });
  }
});

describe('the length of a model', () => {
  const rows = [
    {
      name: 'tokenizer and positions',
      config: { max_position_embeddings: 512 },
      tokenizer: { model_max_length: 128 },
      length: 128,
    },
    {
      name: 'positions of BERT',
      config: { model_type: 'bert', max_position_embeddings: 512 },
      tokenizer: { model_max_length: 1e30 },
      length: 512,
    },
    {
      name: 'positions of RoBERTa',
      config: { model_type: 'roberta', max_position_embeddings: 514, pad_token_id: 1 },
      tokenizer: {},
      length: 512,
    },
    { name: 'nothing', config: {}, tokenizer: {}, length: 512 },
    {
      name: 'wrong types',
      config: { max_position_embeddings: 'many' },
      tokenizer: { model_max_length: null },
      length: 512,
    },
  ];
  for (const { name, config, tokenizer, length } of rows) {
    it(name, () => assert.equal(maxLengthOf(config, tokenizer), length));
  }
});

import assert from 'node:assert/strict';
import { maskTokenOf } from '../../../../server/pages/widgets/maskTokenOf.js';
import type { Services } from '../../../../server/services.js';
import { exampleValues, withMask } from '../../../../views/widgets/inputs.js';

type Files = Readonly<Record<string, string>>;

function tokenOf(files: Files, cache = new Map<string, string>()): Promise<string | null> {
  const repository = {
    entry: async (_: string, path: string) => (path in files ? { path } : null),
    open: async ({ path }: { path: string }) => ({
      sizeBytes: Buffer.byteLength(files[path]!),
      read: async (offset: number, length: number) => Buffer.from(files[path]!).subarray(offset, offset + length),
      close: async () => {},
    }),
  };
  const services = {
    repositories: { open: () => repository },
    index: {
      cached: (key: string) => cache.get(key) ?? null,
      cache: (key: string, value: string) => cache.set(key, value),
    },
  } as unknown as Services;
  return maskTokenOf(services, { kind: 'model', owner: 'a', name: 'b' }, { commit: 'c' });
}

describe('the mask of a model', () => {
  const cases: readonly [title: string, files: Files, token: string | null][] = [
    ['is named by the tokenizer settings', { 'tokenizer_config.json': '{"mask_token": "<m>"}' }, '<m>'],
    [
      'may be an object',
      { 'tokenizer_config.json': '{"mask_token": {"content": "<mask>", "lstrip": true}}' },
      '<mask>',
    ],
    [
      'stands in the map of special tokens',
      { 'tokenizer_config.json': '{}', 'special_tokens_map.json': '{"mask_token": "[MASK]"}' },
      '[MASK]',
    ],
    [
      'is found among the added tokens',
      { 'tokenizer.json': '{"added_tokens":[{"id":4,"content":"<mask>"}]}' },
      '<mask>',
    ],
    ['is that of the vocabulary', { 'vocab.txt': '[PAD]' }, '[MASK]'],
    ['is that of byte pairs', { 'vocab.json': '{}', 'merges.txt': '' }, '<mask>'],
    ['is unknown without files', {}, null],
    ['is unknown in broken files', { 'tokenizer_config.json': '{"mask_token": ', 'tokenizer.json': '{}' }, null],
    ['is no number', { 'tokenizer_config.json': '{"mask_token": 4}' }, null],
  ];
  for (const [title, files, token] of cases) {
    it(title, async () => assert.equal(await tokenOf(files), token));
  }

  it('is read once for a commit, also when there is none', async () => {
    const cache = new Map<string, string>();
    assert.equal(await tokenOf({}, cache), null);
    assert.equal(await tokenOf({ 'vocab.txt': '' }, cache), null);
  });

  const texts: readonly [text: string, token: string | null, becomes: string][] = [
    ['A <mask>.', '[MASK]', 'A [MASK].'],
    ['A [MASK] and a [MASK].', '<mask>', 'A <mask> and a <mask>.'],
    ['A [mask].', '<mask>', 'A <mask>.'],
    ['A <mask>.', '<mask>', 'A <mask>.'],
    ['An [MASK] beside <mask>.', '[MASK]', 'An [MASK] beside <mask>.'],
    ['A <mask>.', '$&', 'A $&.'],
    ['A <mask>.', null, 'A <mask>.'],
  ];
  for (const [text, token, becomes] of texts) {
    it(`${token} makes "${becomes}" of "${text}"`, () => assert.equal(withMask(text, token), becomes));
  }

  it('replaces masks in examples of fill-mask only', () => {
    assert.deepEqual(exampleValues('fill-mask', { text: 'A <mask>.' }, '[MASK]'), { text: 'A [MASK].' });
    assert.deepEqual(exampleValues('text-classification', { text: 'A <mask>.' }, '[MASK]'), { text: 'A <mask>.' });
  });
});

import assert from 'node:assert/strict';
import { type NativeEncoding, TextEncoding } from '../../../inference/pipelines/encoding.js';

/** `[a…] [b…]` with a special token before, between and after; ids 100.. for the text, 200.. for the pair. */
function encoding(first: number, second = 0, firstHoldsSpace = false): TextEncoding {
  const tokens: { id: number; sequence: number | null }[] = [{ id: 1, sequence: null }];
  for (let i = 0; i < first; i++) tokens.push({ id: 100 + i, sequence: 0 });
  tokens.push({ id: 2, sequence: null });
  for (let i = 0; i < second; i++) tokens.push({ id: 200 + i, sequence: 1 });
  if (second > 0) tokens.push({ id: 3, sequence: null });
  const native: NativeEncoding = {
    getIds: () => tokens.map(({ id }) => id),
    getTokens: () => tokens.map(({ id }) => (id < 100 ? '<s>' : `Ġ${id}`)),
    getTypeIds: () => tokens.map(({ sequence }) => sequence ?? 0),
    getSpecialTokensMask: () => tokens.map(({ sequence }) => (sequence === null ? 1 : 0)),
    getOffsets: () => tokens.map((_, index) => [index, index + 1]),
    getWordIds: () => tokens.map((_, index) => index),
    getSequenceIds: () => tokens.map(({ sequence }) => sequence),
  };
  return new TextEncoding(native, firstHoldsSpace);
}

describe('encoding', () => {
  const cuts = [
    { name: 'a text', first: 6, second: 0, limit: 5, left: [3, 0] },
    { name: 'the longer of a pair', first: 8, second: 2, limit: 9, left: [4, 2] },
    { name: 'the longer of a pair, the second', first: 2, second: 8, limit: 9, left: [2, 4] },
    { name: 'both of a pair that is long on both sides', first: 9, second: 9, limit: 10, left: [3, 4] },
    { name: 'only the first', first: 9, second: 4, limit: 10, strategy: 'only_first', left: [3, 4] },
    { name: 'only the second', first: 4, second: 9, limit: 10, strategy: 'only_second', left: [4, 3] },
    {
      name: 'only the first, where the second fills all',
      first: 9,
      second: 30,
      limit: 10,
      strategy: 'only_first',
      left: [0, 7],
    },
  ] as const;
  for (const { name, first, second, limit, left, ...rest } of cuts) {
    it(`cuts ${name}`, () => {
      const cut = encoding(first, second).truncated(limit, 'strategy' in rest ? rest.strategy : undefined);
      const of = (hundred: number) => cut.ids.filter((id) => Math.floor(id / 100) === hundred);
      assert.deepEqual([of(1).length, of(2).length], left);
      assert.deepEqual(
        of(1),
        Array.from({ length: left[0] }, (_, i) => 100 + i),
      );
      assert.equal(cut.ids[0], 1);
      assert.equal(cut.offsets().length, cut.length);
    });
  }

  it('is itself when it fits', () => {
    const whole = encoding(3);
    assert.equal(whole.truncated(5), whole);
    assert.deepEqual(whole.windows(5, 2, 0), [whole]);
  });

  it('loses the start of its texts when asked', () => {
    const whole = encoding(4, 3);
    const cut = whole.truncated(whole.length - 2, 'longest_first', true);
    assert.deepEqual(
      cut.ids.filter((id) => id >= 100),
      [101, 102, 103, 201, 202],
    );
  });

  it('windows overlap by the stride and end with the text', () => {
    const windows = encoding(2, 10).windows(9, 1, 1);
    assert.deepEqual(
      windows.map((window) => window.ids.filter((id) => id >= 200).map((id) => id - 200)),
      [
        [0, 1, 2, 3],
        [3, 4, 5, 6],
        [6, 7, 8, 9],
      ],
    );
    assert.ok(windows.every((window) => window.ids.filter((id) => id >= 100 && id < 200).length === 2));
  });

  it('windows advance whatever the stride is', () => {
    assert.equal(encoding(2, 10).windows(7, 500, 1).length, 9);
  });

  it('the first token of a later window counts the space before it as its own where a tokenizer thinks one there', () => {
    const starts = (windows: readonly TextEncoding[]) =>
      windows.map((window) => window.offsets().map(([start]) => start));
    assert.deepEqual(starts(encoding(5, 0, true).windows(5, 1, 0)), [
      [0, 1, 2, 3, 6],
      [0, 2, 4, 5, 6],
    ]);
    assert.deepEqual(starts(encoding(5).windows(5, 1, 0)), [
      [0, 1, 2, 3, 6],
      [0, 3, 4, 5, 6],
    ]);
    const [, cut] = encoding(1, 5, true).windows(6, 0, 1);
    assert.deepEqual(
      cut!.offsets().map(([start]) => start),
      [0, 1, 2, 4, 6, 8],
    );
  });
});

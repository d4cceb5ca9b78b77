import assert from 'node:assert/strict';
import { GrowingText } from '../../../inference/generation/growingText.js';
import { GrowingPunctuation } from '../../../inference/generation/punctuation.js';

/** Each token is a byte. */
const bytes = {
  decode: (ids: readonly number[]) => Promise.resolve(new TextDecoder().decode(Uint8Array.from(ids))),
};

describe('a text that grows token by token', () => {
  async function parts(text: string, context = ''): Promise<string[]> {
    const growing = new GrowingText(bytes, [...Buffer.from(context)], false);
    const found: string[] = [];
    for (const byte of Buffer.from(text)) found.push(await growing.add(byte));
    found.push(await growing.rest());
    return found;
  }

  it('never gives half a character', async () => {
    assert.deepEqual(await parts('a猫👍'), ['a', '', '', '猫', '', '', '', '👍', '']);
  });

  it('gives at the end what is not complete', async () => {
    const growing = new GrowingText(bytes, [], false);
    assert.equal(await growing.add(0xe7), '');
    assert.equal(await growing.rest(), '\uFFFD');
  });

  it('does not wait for ever for a character that never ends', async () => {
    const growing = new GrowingText(bytes, [], false);
    const found: string[] = [];
    for (let i = 0; i < 20; i++) found.push(await growing.add(0x80));
    assert.ok(found.some((part) => part !== ''));
    assert.equal(found.join('') + (await growing.rest()), '\uFFFD'.repeat(20));
  });

  it('leaves out the context, also where it is cut within a character', async () => {
    assert.equal((await parts('ab', `${'猫'.repeat(9)}x`)).join(''), 'ab');
  });
});

describe('spaces before punctuation in a text that grows', () => {
  const rows: readonly [parts: readonly string[], given: readonly string[]][] = [
    [
      ['Hello', ' ', '.', ' Yes'],
      ['Hello', '', '.', ' Yes'],
    ],
    [
      ['I', ' ', 'do', ' n', "'t", ' '],
      ['I', '', ' do', '', "n't", '', ' '],
    ],
    [
      ['a', ' night'],
      ['a', ' night'],
    ],
    [
      ['a n', 'ight'],
      ['a', ' night'],
    ],
  ];
  for (const [parts, given] of rows) {
    it(JSON.stringify(parts), () => {
      const growing = new GrowingPunctuation();
      const found = parts.map((part) => growing.add(part));
      assert.deepEqual([...found, ...[growing.rest()].filter(Boolean)], given);
    });
  }
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { editFrontMatter } from '../../../server/cards/editFrontMatter.js';
import { cardTemplate } from '../../../server/repositories/firstFiles.js';

const card = `---
# top
license:          # mit, or another
language: "en" # the code
tags: # my tags
- a # one
# between
- b

datasets: [ a, b ] # flow
base_model:
# about what follows
unknown: &x
  deep: {a: 1}
again: *x
inference: true   # false
widget:
  - text: "Hi"   # greeting
    example_title: A
    extra: kept
  - text: |
      long
      text
---
# Body
license: not this
`;

const edit = async (text: string, changes: Record<string, unknown>): Promise<string> => {
  const edited = await editFrontMatter(text, new Map(Object.entries(changes)));
  assert.ok(edited !== null);
  return edited;
};

describe('editing the front matter of a card', () => {
  for (const [name, changes, from, to] of [
    [
      'fills an empty value and leaves its comment where it was',
      { license: 'mit' },
      'license:          # mit',
      'license: mit      # mit',
    ],
    [
      'changes a text in its quotes’ place',
      { language: 'fr' },
      'language: "en" # the code',
      'language: "fr" # the code',
    ],
    [
      'makes a list of a text',
      { language: ['en', 'fr'] },
      'language: "en" # the code',
      'language: # the code\n- en\n- fr',
    ],
    [
      'adds to a list with its comments',
      { tags: ['a', 'b', 'c'] },
      'tags: # my tags\n- a # one\n# between\n- b\n',
      'tags:\n# my tags\n- a # one\n# between\n- b\n- c\n',
    ],
    [
      'takes from a list',
      { tags: ['b'] },
      'tags: # my tags\n- a # one\n# between\n- b\n',
      'tags:\n# my tags\n# between\n- b\n',
    ],
    ['keeps a list in its line', { datasets: ['a', 'c'] }, '[ a, b ] # flow', '[ a, c ] # flow'],
    ['takes a key out with its comment', { inference: null }, 'inference: true   # false\n', ''],
    ['takes a block out', { tags: null }, 'tags: # my tags\n- a # one\n# between\n- b\n', ''],
    ['adds a key at the end', { metrics: ['f1'] }, '---\n# Body', 'metrics:\n- f1\n---\n# Body'],
    ['quotes what others take for a boolean', { language: 'no' }, 'language: "en"', 'language: "no"'],
    ['fills what a comment of the next key follows', { base_model: 'a/b' }, 'base_model:\n', 'base_model: a/b\n'],
  ] as const) {
    it(name, async () => {
      assert.ok(card.includes(from));
      assert.equal(
        await edit(card, changes),
        card.replace(from, () => to),
      );
    });
  }

  it('changes examples in place, with what it does not know of them', async () => {
    const widget = [{ text: 'Ho', example_title: 'A', extra: 'kept' }, { text: 'long\ntext\n' }, { text: 'new' }];
    const edited = parseCard(await edit(card, { widget })).metadata;
    assert.deepEqual(edited.widget, widget);
    assert.match(await edit(card, { widget }), /# greeting/);
  });

  it('makes a block where there is none', async () => {
    assert.equal(await edit('# Body\n', { license: 'mit' }), '---\nlicense: mit\n---\n# Body\n');
    assert.equal(await edit('---\n---\nx', { license: 'mit' }), '---\nlicense: mit\n---\nx');
  });

  it('leaves what is no mapping, is no YAML, or needs an anchor elsewhere', async () => {
    for (const block of ['- a', 'a: [', 'text'])
      assert.equal(await editFrontMatter(`---\n${block}\n---\n`, new Map([['license', 'mit']])), null);
  });

  it('reads back as what was written, and leaves every other key alone', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text.trim() === text && text !== ''),
      fc.array(
        fc.string({ maxLength: 8 }).filter((text) => text !== ''),
        { maxLength: 4 },
      ),
      fc.boolean(),
    );
    const keys = ['license', 'language', 'tags', 'datasets', 'base_model', 'inference', 'fresh'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(card, cardTemplate('model')),
        fc.constantFrom(...keys),
        value,
        async (text, key, wanted) => {
          const before = parseCard(text).metadata;
          const after = parseCard(await edit(text, { [key]: wanted }));
          assert.deepEqual(after.problems, []);
          assert.deepEqual(after.metadata, { ...before, [key]: wanted });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('writes lines where a template has an empty list, whose comment stays behind the key', async () => {
    const begun = '---\nwidget: []  # examples\nlicense: mit\n---\n';
    const edited = await edit(begun, { widget: [{ text: 'one\ntwo\n', example_title: 'A' }] });
    assert.equal(
      edited,
      '---\nwidget: # examples\n  - text: |\n      one\n      two\n    example_title: A\nlicense: mit\n---\n',
    );
  });
});

import assert from 'node:assert/strict';
import { checkCard } from '../../../indexer/card/fields.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { missingParts } from '../../../indexer/card/parts.js';
import { cardTemplate } from '../../../server/repositories/firstFiles.js';

const words = 'Some words that say enough about it.\n';

describe('the parts that a card lacks', () => {
  for (const [name, card, missing] of [
    ['nothing at all', '', 'description uses training evaluation'],
    ['a title alone', '# Tiny\n', 'description uses training evaluation'],
    ['prose without headings', words, 'uses training evaluation'],
    [
      'every part',
      `# Tiny\n${words}## Intended uses & limitations\n${words}## Training procedure\n${words}## Training data\n${words}`,
      '',
    ],
    [
      'headings with nothing below',
      `${words}## Training\n\n## Bias\n## Evaluation results\n`,
      'uses training evaluation',
    ],
    [
      'what a trainer writes where nobody wrote',
      `${words}## Training\nMore information needed\n`,
      'uses training evaluation',
    ],
    ['smaller headings go on', `${words}## Training\n### Hardware\n${words}`, 'uses evaluation'],
    ['another heading ends a part', `## Training\n## Acknowledgements\n${words}`, 'uses training evaluation'],
    ['how to use is no intended use', `${words}## How to use\n${words}`, 'uses training evaluation'],
    ['bold lines and HTML are headings', `${words}**Limitations**\n${words}<h2>Training</h2>\n${words}`, 'evaluation'],
    ['results in the metadata', `---\nmodel-index: [{name: a}]\n---\n${words}`, 'uses training'],
    ['a table of results', `${words}# Results\n|accuracy|f1|\n|-|-|\n|0.91234|0.81234|\n`, 'uses training'],
    [
      'comments ask, they do not say',
      `<!-- ${words} -->\n## Training\n<!-- ${words}`,
      'description uses training evaluation',
    ],
    ['a heading in code is none', `${words}\`\`\`\n# Training\n${words}\`\`\`\n`, 'uses training evaluation'],
    ['CRLF', `${words}\r\n## Training\r\n${words}`, 'uses evaluation'],
  ] as const) {
    it(`are found in ${name}`, () => assert.equal(missingParts(parseCard(card)).join(' '), missing));
  }

  it('are read in time from text that looks like headings', () => {
    const lines =
      `${'#'.repeat(6)} ${'training '.repeat(2000)}\n`.repeat(50) + '**'.repeat(100_000) + '<h1>'.repeat(50_000);
    assert.ok(missingParts(parseCard(lines)).length > 0);
  });
});

describe('the template of a card', () => {
  it('lacks every part until somebody writes it, and breaks no rule', () => {
    const card = parseCard(cardTemplate('model'));
    assert.equal(missingParts(card).length, 4);
    assert.deepEqual(card.problems, []);
    assert.deepEqual(checkCard(card, { isLocalDataset: () => false }), []);
    const filled = cardTemplate('model').replace(/<!-- |-->/g, '');
    assert.deepEqual(missingParts(parseCard(filled)), []);
  });

  it('takes name and licence', () => {
    const card = cardTemplate('model', { name: '$& tiny', license: 'mit' });
    assert.match(card, /^license: mit$/m);
    assert.match(card, /^# \$& tiny$/m);
  });

  it('for datasets breaks no rule either', () => {
    const card = parseCard(cardTemplate('dataset'));
    assert.deepEqual([...card.problems, ...checkCard(card, { isLocalDataset: () => false })], []);
  });
});

import assert from 'node:assert/strict';
import { arxivIds, summaryOf } from '../../../indexer/tags/cardText.js';
import { cpuMs } from '../../support/cpuTime.js';

describe('arxivIds', () => {
  const rows: readonly [text: string, ids: readonly string[]][] = [
    ['https://arxiv.org/abs/2103.00020', ['2103.00020']],
    ['[paper](http://www.arxiv.org/pdf/2103.00020v2.pdf)', ['2103.00020']],
    ['<https://arXiv.org/html/2103.00020v1>', ['2103.00020']],
    ['https://arxiv.org/abs/cs/0112017', ['cs/0112017']],
    ['https://arxiv.org/abs/math.GT/0309136', ['math.GT/0309136']],
    ['https://huggingface.co/papers/2307.09288 and https://hf.co/papers/2307.09289', ['2307.09288', '2307.09289']],
    ['https://arxiv.org/abs/2103.00020 https://arxiv.org/pdf/2103.00020v3', ['2103.00020']],
    ['https://arxiv.org/abs/2 https://arxiv.org/abs/12345.6789 https://arxiv.org/abs/2103.000201', []],
    ['arXiv:2103.00020', []],
    ['```\nhttps://arxiv.org/abs/2103.00020\n```', []],
    ['~~~~\n~~~\nhttps://arxiv.org/abs/2103.00020\n~~~~\nhttps://arxiv.org/abs/2103.00021', ['2103.00021']],
    ['  ```py\nhttps://arxiv.org/abs/2103.00020\n  ```', []],
    ['`https://arxiv.org/abs/2103.00020`', []],
    ['```\nunclosed https://arxiv.org/abs/2103.00020', []],
  ];
  for (const [text, ids] of rows) it(JSON.stringify(text), () => assert.deepEqual(arxivIds(text), ids));

  it('stops at 100', () => {
    const links = Array.from({ length: 150 }, (_, n) => `https://arxiv.org/abs/2103.${String(10_000 + n)}`);
    assert.equal(arxivIds(links.join(' ')).length, 100);
  });
});

describe('summaryOf', () => {
  const rows: readonly [text: string, summary: string | null][] = [
    ['# Title\n\nA model for names. It is small.', 'A model for names.'],
    ['# Title\nA model for names. It is small.', 'A model for names.'],
    ['Title\n=====\n\nA model for names.', 'A model for names.'],
    [
      '<p align="center"><img src="x"></p>\n\n![badge](x)\n\n- item\n\nA [small](https://x) **model** with `code`.',
      'A small model with code.',
    ],
    ['| a | b |\n|---|---|\n\n> quoted\n\n```\nsome code here.\n```\n\n$$x$$\n\nReal prose here.', 'Real prose here.'],
    ['[ref]: https://example.org\n\nshort\n\nLong enough text', 'Long enough text'],
    ['keeps snake_case names as they are.', 'keeps snake_case names as they are.'],
    ['The loss of \\\\(x_{i}\\\\) and $$ y_2 $$ is small.', 'The loss of x_i and y_2 is small.'],
    ['With \\\\(\\frac{1}{n}\\\\) before it.', 'With … before it.'],
    ['It costs $5 and $6, ~~not~~ more.', 'It costs $5 and $6, not more.'],
    ['See <https://example.org/x> for <b>more</b>.', 'See https://example.org/x for more.'],
    ['', null],
    ['# Only a title', null],
  ];
  for (const [text, summary] of rows) it(JSON.stringify(text), () => assert.equal(summaryOf(text), summary));

  it('is at most 200 characters', () => {
    const summary = summaryOf('word '.repeat(200))!;
    assert.ok(summary.length <= 200 && summary.endsWith('…'));
  });

  it('takes no time over hostile Markdown', () => {
    const texts = ['[', '`', '$$', '\\\\(', '```\n', '<', '* ', '\n\n#', '![](', '~~~\n```\n'].map((piece) =>
      piece.repeat(200_000),
    );
    const took = cpuMs(() => {
      for (const text of texts) {
        summaryOf(text);
        arxivIds(text);
      }
    });
    assert.ok(took < 5000, `took ${took} ms`);
  });
});

import assert from 'node:assert/strict';
import { renderCard } from '../../../views/card/renderCard.js';

const options = {
  linkBase: '/ada/tiny/blob/main/',
  rawBase: '/ada/tiny/resolve/main/',
  externalImages: true,
  nonce: 'q7x',
};
const html = (markdown: string): string => renderCard(markdown, options).html;

describe('renderCard', () => {
  const formulas: readonly [string, string][] = [
    ['display math over several lines', '$$\nmse = (\\frac{1}{n})\\sum_{i=1}^{n}(y_{i} - x_{i})^{2}\n$$'],
    [
      'a paragraph that is only $ … $',
      'before\n\n$\nmse = (\\frac{1}{n})\\sum_{i=1}^{n}(y_{i} - x_{i})^{2}\n$\n\nafter',
    ],
    ['display math on one line', '$$ e=mc^2 $$'],
    ['inline math', 'an inline formula \\\\( e=mc^2 \\\\) here'],
    ['a one-line paragraph of $', '$ e=mc^2 $'],
  ];
  for (const [what, markdown] of formulas) {
    it(`renders ${what}`, () => {
      const card = renderCard(markdown, options);
      assert.ok(card.hasMath);
      assert.match(card.html, /class="katex/);
      assert.doesNotMatch(card.html, /math-error|q7x|<em>/);
    });
  }

  for (const [what, markdown, shown] of [
    ['prices', 'It costs $5 and $6 a month', '$5 and $6'],
    ['delimiters with a space', 'a \\\\ (x\\\\ ) b', '(x\\ )'],
    ['code', 'see `$$x$$` there', '<code>$$x$$</code>'],
    ['fenced code', '```\n$$x$$\n```', '$$x$$'],
  ] as const) {
    it(`leaves ${what} alone`, () => {
      const card = renderCard(markdown, options);
      assert.ok(card.html.includes(shown), card.html);
      assert.doesNotMatch(card.html, /katex/);
    });
  }

  it('gives a heading with a formula a sane id', () => {
    assert.match(html('# Loss \\\\(x_1\\\\) of it'), /<h2 id="loss-of-it">/);
  });

  it('shows the source of a formula that cannot be read, and bounds macro bombs', () => {
    assert.match(html('$$\\frac{$$'), /math-error/);
    const started = Date.now();
    html(
      '$$\\def\\a{\\b\\b\\b}\\def\\b{\\c\\c\\c}\\def\\c{\\d\\d\\d}\\def\\d{\\e\\e\\e\\e\\e\\e\\e}\\def\\e{\\f\\f\\f\\f\\f\\f}\\def\\f{xxxxxxxxxx}\\a\\a\\a\\a$$',
    );
    assert.ok(Date.now() - started < 2000);
  });

  it('keeps one formula from changing the next', () => {
    assert.doesNotMatch(html('$$\\gdef\\x{1}\\x$$\n\n$$\\alpha$$'), /math-error/);
    assert.match(html('$$\\gdef\\foo{1}\\foo$$\n\n$$\\foo$$'), /math-error/);
  });

  for (const hostile of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '<a href="javas&#99;ript:alert(1)">x</a>',
    '<svg><script>alert(1)</script></svg>',
    '<p style="position:fixed">x</p>',
    '<iframe src="https://example.org"></iframe>',
    '<form action="/logout" method="post"><button>x</button></form>',
    '$$\\href{javascript:alert(1)}{x}$$',
    '![$$" onerror="alert(1)$$](x.png)',
    '</textarea><style>*{display:none}</style>',
  ]) {
    it(`makes ${hostile} inert`, () => {
      // What stands inside quotes is text.
      const shown = html(hostile).replace(/(alt|title)="[^"]*"/g, '$1');
      assert.doesNotMatch(shown, /<script|<style|<iframe|<form|<[^>]*\son\w+=|<[^>]*href="javascript|<p style/i, shown);
    });
  }

  it('resolves relative links to the file page and relative images to the bytes', () => {
    const shown = html('[f](docs/a.md) ![i](img/a.png) [up](../../../../x) [s](https://example.org/)');
    assert.match(shown, /href="\/ada\/tiny\/blob\/main\/docs\/a\.md"/);
    assert.match(shown, /src="\/ada\/tiny\/resolve\/main\/img\/a\.png"/);
    assert.match(shown, /rel="nofollow noopener ugc"/);
  });

  it('survives deep nesting in bounded time', () => {
    const started = Date.now();
    for (const text of [
      '>'.repeat(5000),
      '['.repeat(30_000),
      '<div>'.repeat(20_000),
      '*a '.repeat(20_000),
      '- '.repeat(3000),
    ])
      html(text);
    assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
  });
});

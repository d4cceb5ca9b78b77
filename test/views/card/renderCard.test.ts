import assert from 'node:assert/strict';
import { renderCard } from '../../../views/card/renderCard.js';
import { cpuMs } from '../../support/cpuTime.js';

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

  it('marks alerts, and leaves other quotations as they are', () => {
    const alert = html('> [!WARNING]\n> Not for *doctors*.\n>\n> Really.');
    assert.match(
      alert,
      /^<blockquote class="alert alert-warning">\s*<p class="alert-title">Warning<\/p><p>Not for <em>/,
    );
    assert.ok(html('> [!tip]\n>\n> - one').includes('<p class="alert-title">Tip</p>'));
    for (const markdown of [
      '> [!NOTE] said he',
      '> [!NOTE] **said**',
      '> [!OTHER]\n> x',
      '> x\n> [!NOTE]',
      '[!NOTE]\nx',
    ])
      assert.doesNotMatch(html(markdown), /class="alert/, markdown);
    assert.doesNotMatch(
      html('<blockquote class="alert alert-note"><p class="alert-title">x</p></blockquote>'),
      /alert/,
    );
  });

  it('keeps the end of an address that says for which theme a picture is', () => {
    assert.match(html('![](a.png#hf-dark-mode-only)'), /src="\/ada\/tiny\/resolve\/main\/a\.png#hf-dark-mode-only"/);
  });

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

  for (const [what, markdown] of [
    ['a fence of four backticks with one of three inside', '````markdown\n```python\n1\n```\n````'],
    ['a fence in a list', '- a\n\n  ```sh\n  echo $$\n  ```'],
    ['a fence of tildes that holds backticks', '~~~\n```\n~~~'],
    ['an unpaired backtick', 'a ` stray'],
    ['an unpaired delimiter', 'one $$ two \\\\( three'],
    ['code with two backticks', '`` a ` b ``'],
  ] as const) {
    it(`renders the formulas after ${what}`, () => {
      const card = html(`${markdown}\n\n$$a_1 * b_1$$\n\nand \\\\(c_1 * d_1\\\\) and \`$$e$$\`\n\nanother \` tick`);
      assert.equal(card.match(/class="katex"/g)?.length, 2, card);
      assert.match(card, /<code>\$\$e\$\$<\/code>/);
    });
  }

  for (const [what, markdown, count] of [
    ['in a table, with its bars', '| a | b |\n|---|---|\n| $$x|y$$ | \\\\(|z|\\\\) |', 2],
    ['in a list', '- $$a_1*b_1$$\n- \\\\(a_2*b_2\\\\)\n\n  $$\n  c_3*d\n  $$', 3],
    ['in a quote over several lines', '> $$\n> a_1 * b_1\n> $$', 1],
    ['with Windows line ends', 'a\r\n\r\n$\r\ne=mc^2\r\n$\r\n\r\n$$\r\nx_1\r\n$$\r\n', 2],
    ['with a dollar inside', '$$ \\text{\\$5} + x \\\\ y $$', 1],
    ['that looks like a list', 'so\n$$a_1\n+ b_1$$\nends', 1],
  ] as const) {
    it(`renders formulas ${what}`, () => {
      const card = html(markdown);
      assert.equal(card.match(/class="katex"/g)?.length, count, card);
      assert.doesNotMatch(card, /math-error|<em>|&gt;/);
    });
  }

  it('leaves escaped dollars, prices beside code, and <pre> alone', () => {
    const card = html('\\$\\$ no \\$\\$ and `a` $5 and 6$\n\n<pre>$$x$$</pre>');
    assert.doesNotMatch(card, /katex/);
    assert.match(card, /<pre>\$\$x\$\$<\/pre>/);
  });

  it('bounds what macros of one formula add, in time and size', () => {
    const bombs = [
      `\\def\\x{${'a'.repeat(3000)}}${'\\x'.repeat(900)}`,
      `\\def\\x#1{${'#1'.repeat(1000)}}\\x{${'a'.repeat(2000)}}`,
      `\\newcommand{\\x}[1]{#1#1}${'\\x{'.repeat(30)}a${'}'.repeat(30)}`,
    ];
    const took = cpuMs(() => {
      for (const bomb of bombs) assert.match(html(`$$${bomb}$$`), /math-error/);
    });
    assert.ok(took < 10_000, `took ${took} ms`);
    assert.doesNotMatch(html('$$\\newcommand{\\own}{\\mathbb{R}} x \\in \\own, y \\in \\own$$'), /math-error/);
  });

  it('lets footnotes and the places an author named be reached', () => {
    const card = html(
      'a[^1] [b](#named) [c](#own) [d](#widget) [e](#used)\n\n<a name="named"></a>\n\n<h2 id="own">Other words</h2>\n\n## Widget\n\n## Used\n\n[^1]: note',
    );
    const ids = new Set([...card.matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, id]) => id));
    for (const [, place] of card.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(place), `#${place} in ${card}`);
    assert.ok(!ids.has('widget'), 'the page has this id');
  });

  it('resolves every address of a picture, drops those that leave the repository, and names it', () => {
    const card = html(
      '<picture><source srcset="img/a.png 1x, https://example.org/b.png 2x"><img src="./img/c.png"></picture> [out](../../../x) [in](docs/../a.md)',
    );
    assert.match(card, /srcset="\/ada\/tiny\/resolve\/main\/img\/a\.png 1x, https:\/\/example\.org\/b\.png 2x"/);
    assert.match(card, /<img src="\/ada\/tiny\/resolve\/main\/img\/c\.png" loading="lazy" alt="c\.png">/);
    assert.match(card, /<a>out<\/a> <a href="\/ada\/tiny\/blob\/main\/a\.md">/);
  });

  it('shows no text of elements that are dropped', () => {
    assert.doesNotMatch(html('<style>body{color:red}</style>\n<svg><title>no</title></svg>'), /color|no/);
  });

  it('gives a heading with a formula a sane id', () => {
    assert.match(html('# Loss \\\\(x_1\\\\) of it'), /<h2 id="loss-of-it">/);
  });

  it('shows the source of a formula that cannot be read, and bounds macro bombs', () => {
    assert.match(html('$$\\frac{$$'), /math-error/);
    const bomb =
      '$$\\def\\a{\\b\\b\\b}\\def\\b{\\c\\c\\c}\\def\\c{\\d\\d\\d}\\def\\d{\\e\\e\\e\\e\\e\\e\\e}\\def\\e{\\f\\f\\f\\f\\f\\f}\\def\\f{xxxxxxxxxx}\\a\\a\\a\\a$$';
    const took = cpuMs(() => void html(bomb));
    assert.ok(took < 10_000, `took ${took} ms`);
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

  it('makes a link of a frame, with its title or its address', () => {
    assert.match(
      html('Runs: <iframe src="https://t.example/r/1?a=b" width="5" srcdoc="<b>x</b>"></iframe> end'),
      /<p>Runs: <a href="https:\/\/t\.example\/r\/1\?a=b" rel="nofollow noopener ugc">t\.example\/r\/1<\/a> end<\/p>/,
    );
    assert.match(
      html('<iframe src="//t.example/" title="Loss">no frames</iframe>'),
      /<a href="https:\/\/t\.example\/"[^>]*>Loss<\/a>/,
    );
    for (const src of [
      'javascript:alert(1)',
      'data:text/html,x',
      'docs/a.html',
      '/login',
      'https://u:p@t.example/',
      '',
    ])
      assert.equal(html(`<iframe src="${src}"></iframe>`).trim(), '', src);
  });

  it('keeps frames of named hosts, in a sandbox, and says so', () => {
    const named = { ...options, externalImages: false, embedHosts: ['t.example', '*.lab', '10.0.0.5:5000'] };
    const card = renderCard(
      '<iframe src="https://t.example/r/1" title="Loss" height="9999" style="x" onload="x" sandbox allow="camera"></iframe>',
      named,
    );
    assert.equal(card.hasFrames, true);
    assert.match(
      card.html,
      /<span class="embed"><iframe src="https:\/\/t\.example\/r\/1" title="Loss" height="2000" loading="lazy" referrerpolicy="no-referrer" sandbox="allow-scripts allow-same-origin allow-popups"><\/iframe><a href="https:\/\/t\.example\/r\/1" rel="nofollow noopener ugc">Loss<\/a><\/span>/,
    );
    for (const [src, stays] of [
      ['http://a.b.lab/x', true],
      ['http://10.0.0.5:5000/', true],
      ['https://T.EXAMPLE/', true],
      ['https://lab/', false],
      ['https://t.example:8443/', false],
      ['https://t.example.evil/', false],
      ['https://evil.example/#t.example', false],
      ['https://t.example@evil.example/', false],
      ['http://10.0.0.5/', false],
    ] as const) {
      const { html: shown, hasFrames } = renderCard(`<iframe src="${src}"></iframe>`, named);
      assert.equal(hasFrames, stays, src);
      assert.equal(shown.includes('<iframe'), stays, src);
    }
  });

  it('resolves relative links to the file page and relative images to the bytes', () => {
    const shown = html('[f](docs/a.md) ![i](img/a.png) [up](../../../../x) [s](https://example.org/)');
    assert.match(shown, /href="\/ada\/tiny\/blob\/main\/docs\/a\.md"/);
    assert.match(shown, /src="\/ada\/tiny\/resolve\/main\/img\/a\.png"/);
    assert.match(shown, /rel="nofollow noopener ugc"/);
  });

  it('heads nothing with the corner that a table leaves empty', () => {
    const table = html('| | one |\n|---|---|\n| a | b |');
    assert.match(table, /<td><\/td>\n<th>one<\/th>/);
  });

  it('survives deep nesting in bounded time', () => {
    const texts = [
      '>'.repeat(5000),
      '['.repeat(30_000),
      '<div>'.repeat(20_000),
      '*a '.repeat(20_000),
      '- '.repeat(3000),
    ];
    const took = cpuMs(() => {
      for (const text of texts) html(text);
    });
    assert.ok(took < 30_000, `took ${took} ms`);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { cpuMs } from '../../support/cpuTime.js';

/** The shortest of some runs: what the engine does beside them makes some long. */
const leastMs = (run: () => void): number => Math.min(...Array.from({ length: 7 }, () => cpuMs(run)));

describe('parseCard', () => {
  const splits: readonly [title: string, text: string, metadata: Record<string, unknown>, body: string][] = [
    ['block and body', '---\nlicense: mit\n---\n# Hi\n', { license: 'mit' }, '# Hi\n'],
    ['CRLF', '---\r\nlicense: mit\r\n---\r\n# Hi\r\n', { license: 'mit' }, '# Hi\r\n'],
    ['CR', '---\rlicense: mit\r---\r# Hi', { license: 'mit' }, '# Hi'],
    ['byte order mark', '\uFEFF---\nlicense: mit\n---\n', { license: 'mit' }, ''],
    ['blank lines before', '\n \n---\nlicense: mit\n---\nx', { license: 'mit' }, 'x'],
    ['spaces after the dashes', '---  \nlicense: mit\n--- \t\nx', { license: 'mit' }, 'x'],
    ['closing line at the end of the file', '---\nlicense: mit\n---', { license: 'mit' }, ''],
    ['empty block', '---\n---\nx', {}, 'x'],
    ['first closing line wins', '---\na: 1\n---\nb: 2\n---\n', { a: 1 }, 'b: 2\n---\n'],
    ['dashes inside a value', '---\na: x---y\n---\n', { a: 'x---y' }, ''],
    ['no block', '# Hi\n\n---\na: 1\n---\n', {}, '# Hi\n\n---\na: 1\n---\n'],
    ['a rule of dashes without a second one', '---\n\nSome prose.\n', {}, '---\n\nSome prose.\n'],
    ['nothing', '', {}, ''],
  ];
  for (const [title, text, metadata, body] of splits) {
    it(`splits: ${title}`, () => {
      const card = parseCard(text);
      assert.deepEqual(card.metadata, metadata);
      assert.equal(card.body, body);
      assert.deepEqual(card.problems, []);
    });
  }

  it('reads values as YAML 1.2 core does: no dates, no booleans in other words', () => {
    const { metadata } = parseCard(
      '---\nlanguage: no\ntags: [2024-01-01, 4-bit, yes, 010, 12:30:45, ~]\nx: 0o17\ny: .nan\nz: -.inf\n---\n',
    );
    assert.deepEqual(metadata, {
      language: 'no',
      tags: ['2024-01-01', '4-bit', 'yes', 10, '12:30:45', null],
      x: 15,
      y: 'NaN',
      z: '-Infinity',
    });
  });

  it('tells the line of each key, as the file counts', () => {
    const { lines } = parseCard(
      '\n---\n# note\nlicense: mit\n"quoted key": 1\nmodel-index:\n- name: x\nthree words here: y\n---\n',
    );
    assert.deepEqual(lines, { license: 4, 'quoted key': 5, 'model-index': 6, 'three words here': 8 });
  });

  const broken: readonly [title: string, yaml: string, line: number, says: RegExp][] = [
    ['unclosed bracket', 'license: mit\ntags: [a, b', 4, /not valid YAML/],
    ['duplicate key', 'license: mit\nx: 1\nlicense: gpl', 4, /not valid YAML: duplicated mapping key/],
    ['tab as indentation', 'a:\n\tb: 1', 3, /not valid YAML/],
    ['a list', '- a\n- b', 2, /must be a mapping/],
    ['a text', 'just words', 2, /must be a mapping/],
    ['a type that runs code', 'a: !!js/function "function () {}"', 2, /not valid YAML: unknown tag/],
    ['an alias without anchor', 'a: *nothing', 2, /not valid YAML: unidentified alias/],
    ['values inside themselves', 'a: &a [*a]', 2, /more than 40000 values, or is nested deeper/],
  ];
  for (const [title, yaml, line, says] of broken) {
    it(`reports ${title} with its line, keeps the body and no metadata`, () => {
      const card = parseCard(`---\n${yaml}\n---\nbody`);
      assert.deepEqual(card.metadata, {});
      assert.equal(card.body, 'body');
      assert.equal(card.problems.length, 1);
      const [problem] = card.problems;
      assert.equal(problem!.severity, 'error');
      assert.match(problem!.message, says);
      assert.equal(problem!.line, line);
    });
  }

  it('warns about a block that nobody closed', () => {
    const card = parseCard('---\nlicense: mit\n\n# Title\n');
    assert.equal(card.hasFrontMatter, false);
    assert.deepEqual(
      card.problems.map(({ severity, line }) => ({ severity, line })),
      [{ severity: 'warning', line: 1 }],
    );
  });

  it('keeps keys that are names of object members as plain data', () => {
    const { metadata, lines } = parseCard('---\n__proto__: {x: 1}\nconstructor: 2\n---\n');
    assert.deepEqual(Object.keys(metadata), ['__proto__', 'constructor']);
    assert.equal(lines.constructor, 3);
    assert.equal(Object.getPrototypeOf({}).x, undefined);
  });

  const levels = 60;
  const doubling = (line: (level: number) => string): string =>
    Array.from({ length: levels }, (_, level) => line(level)).join('\n');
  const bombs: readonly [title: string, yaml: string][] = [
    ['lists of aliases', doubling((n) => (n === 0 ? 'a0: &a0 [x]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`))],
    ['maps of aliases', doubling((n) => (n === 0 ? 'a0: &a0 {x: 1}' : `a${n}: &a${n} {p: *a${n - 1}, q: *a${n - 1}}`))],
    ['aliases as keys', `${doubling((n) => (n === 0 ? 'a0: &a0 [x]' : `a${n}: &a${n} [*a${n - 1}]`))}\n? *a9\n: 1`],
    ['ten thousand anchors', Array.from({ length: 9000 }, (_, n) => `k${n}: &x v`).join('\n')],
    ['ten thousand brackets', `a: ${'['.repeat(50_000)}`],
    ['brackets with text between', `a: ${'[a,'.repeat(30_000)}`],
    ['nested lists on one line', '- '.repeat(60_000)],
    ['nested keys', '? '.repeat(60_000)],
    ['deep indentation', Array.from({ length: 190 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['lines at the limit of the size', '- a\n'.repeat(131_000)],
    ['lists at the limit of the size', `a: [${'1,'.repeat(260_000)}]`],
    ['more values than are read', 'a:\n'.concat('- [b]\n'.repeat(21_000))],
    ['nested lists at the limit of the size', '- '.repeat(262_000)],
    ['nested keys at the limit of the size', '? '.repeat(262_000)],
    ['a long text, a hundred times', `a: &a ${'x'.repeat(300_000)}\nb: [${'*a, '.repeat(99)}]`],
    [
      'merged maps',
      `a: &a {${Array.from({ length: 12_000 }, (_, n) => `k${n}: 1`).join(', ')}}\n${Array.from({ length: 90 }, (_, n) => `m${n}:\n  <<: *a`).join('\n')}`,
    ],
    [
      'merged maps of merged maps',
      doubling((n) => (n === 0 ? `a0: &a0 {${'x, '.repeat(4000)}}` : `a${n}: &a${n} {<<: *a${n - 1}}`)),
    ],
    ['a megabyte of keys', Array.from({ length: 100_000 }, (_, n) => `k${n}: v`).join('\n')],
  ];
  for (const [title, yaml] of bombs) {
    it(`refuses a bomb in milliseconds: ${title}`, () => {
      const text = `---\n${yaml}\n---\nbody`;
      const card = parseCard(text);
      assert.equal(card.problems[0]?.severity, 'error');
      assert.equal(card.body, 'body');
      const elapsed = leastMs(() => parseCard(text));
      assert.ok(elapsed < 150, `took ${elapsed.toFixed(1)} ms`);
    });
  }

  it('reads the leaderboard of an embedding model', () => {
    const metric = (n: number): string =>
      `    - type: ndcg_at_${n}\n      value: ${(n * 37.41) % 100}\n      name: nDCG\n      verified: false\n`;
    const result = (n: number): string =>
      `  - task:\n      type: Retrieval\n    dataset:\n      type: mteb/set-${n}\n      name: MTEB Set ${n}\n      config: default\n` +
      `      split: test\n      revision: e8379541af4e31359cca9fbcf4b00f2671dba205\n    metrics:\n${Array.from({ length: 25 }, (_, m) => metric(m)).join('')}`;
    const yaml = `license: mit\nmodel-index:\n- name: e5\n  results:\n${Array.from({ length: 120 }, (_, n) => result(n)).join('')}`;
    const text = `---\n${yaml}---\nbody`;
    assert.ok(yaml.length > 250_000 && yaml.split('\n').length > 13_000);
    const { metadata, problems } = parseCard(text);
    assert.deepEqual(problems, []);
    assert.equal((metadata['model-index'] as { results: unknown[] }[])[0]?.results.length, 120);
  });

  it('applies merge keys, as the loaders of YAML 1.1 do', () => {
    const { metadata, problems } = parseCard(
      '---\nbase: &base {type: a, split: test}\none:\n  <<: *base\n  type: b\ntwo:\n  <<: [*base, {config: c}]\n---\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(metadata.one, { type: 'b', split: 'test' });
    assert.deepEqual(metadata.two, { type: 'a', split: 'test', config: 'c' });
    assert.equal(parseCard('---\na:\n  <<: text\n---\n').problems[0]?.severity, 'error');
  });

  it('never throws, and what it gives survives JSON', () => {
    const piece = fc.constantFrom(
      '---',
      '\n',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      "'",
      '|',
      '>',
      '#',
      ' ',
      'x',
      '\uFEFF',
      '\t',
      '!!',
      '%',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 60 }).map((parts) => `---\n${parts.join('')}\n---\n`),
    );
    fc.assert(
      fc.property(text, (input) => {
        const card = parseCard(input);
        assert.equal(JSON.stringify(JSON.parse(JSON.stringify(card))), JSON.stringify(card));
      }),
      { numRuns: 500 },
    );
  });
});

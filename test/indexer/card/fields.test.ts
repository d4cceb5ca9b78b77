import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { checkCard } from '../../../indexer/card/fields.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { fixtureFacts, recordFixtures } from '../tags/facts.js';

const here = { isLocalDataset: (id: string) => id === 'ana/letters' };
const check = (yaml: string) => checkCard(parseCard(`---\n${yaml}\n---\n`), here);

describe('checkCard', () => {
  it('doubts what stands in the card of a space alone', () => {
    const messages = (yaml: string, kind?: 'space') =>
      checkCard(parseCard(`---\n${yaml}\n---\n`), { ...here, ...(kind && { kind }) }).map(({ message }) => message);
    const odd = 'sdk: gradoi\nemoji: zz\ncolorFrom: puce\ncolorTo: red';
    assert.deepEqual(messages(odd), []);
    assert.deepEqual(messages(odd, 'space'), [
      '"sdk": "gradoi" is none of gradio, streamlit, docker, static',
      '"emoji": "zz" is no single emoji',
      '"colorFrom": "puce" is none of red, yellow, green, blue, indigo, purple, pink, gray',
    ]);
    for (const emoji of ['🤗', '👩‍🔬', '🇫🇷', '❤️']) assert.deepEqual(messages(`emoji: ${emoji}`, 'space'), []);
  });

  const refused: readonly [yaml: string, says: RegExp][] = [
    ['language: {en: 1}', /"language" must be a text or a list of texts, got a map/],
    ['license: {id: mit}', /"license" must be a text or a list of texts, got a map/],
    ['license: [[mit]]', /"license" must be a list of texts, but one item is a list/],
    ['tags: {a: b}', /"tags" must/],
    ['tags: [{a: b}]', /"tags" must be a list of texts, but one item is a map/],
    ['datasets: {a: b}', /"datasets" must/],
    ['metrics: [{type: f1}]', /"metrics" must/],
    ['pipeline_tag: [fill-mask]', /"pipeline_tag" must be a text, got a list/],
    ['pipeline_tag: 7', /"pipeline_tag" must be a text, got the number 7/],
    ['thumbnail: 7', /"thumbnail" must be a text/],
    ['thumbnail: [a.png]', /"thumbnail" must be a text, got a list/],
    ['inference: maybe', /"inference" must be true, false or a map/],
    ['inference: 0', /"inference" must/],
    ['inference: [false]', /"inference" must/],
    ['widget: hello', /"widget" must be a list of examples, got a text/],
    ['widget: {text: hello}', /"widget" must be a list of examples, got a map/],
    ['model-index: {name: x}', /"model-index" must be a list of models/],
    ['model-index: [x]', /"model-index" item 1: must be a map/],
    ['model-index: [{name: x}]', /"results" must be a list/],
    ['model-index: [{results: [{metrics: []}]}]', /"task" must be a map with a "type"/],
    [
      'model-index: [{results: [{task: {type: t}, dataset: {type: d}, metrics: []}]}]',
      /"dataset" must be a map with a "type" and a "name"/,
    ],
    ['model-index: [{results: [{task: {type: t}, metrics: [{value: 1}]}]}]', /metric 1: must be a map with a "type"/],
    [
      'model-index: [{results: [{task: {type: t}, metrics: [{type: f1}]}]}]',
      /metric 1: "value" must be a number or a text/,
    ],
    [
      'model-index: [{results: [{task: {type: t}, metrics: [], source: {name: s}}]}]',
      /"source" must be a map with a "url"/,
    ],
  ];
  for (const [yaml, says] of refused) {
    it(`refuses ${yaml.replace('\n', ' ')}`, () => {
      const problems = check(yaml);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]!.severity, 'error');
      assert.match(problems[0]!.message, says);
      assert.equal(problems[0]!.line, 2);
      assert.equal(problems[0]!.file, 'README.md');
    });
  }

  it('tells the line of the part of a model-index that is refused', () => {
    const results = (value: string) =>
      ['model-index:', '- name: m', '  results:']
        .concat(
          Array.from(
            { length: 40 },
            (_, at) => `  - task: {type: t}\n    metrics:\n    - type: f1\n      value: ${at === 39 ? value : at}`,
          ),
        )
        .join('\n');
    const lineOf = (yaml: string) => check(yaml)[0]?.line;
    // Dashes, three lines, and four of each result.
    assert.equal(lineOf(results('[1, 2]')), 4 + 40 * 4);
    assert.equal(lineOf(results('\n      - 1')), 4 + 40 * 4);
    assert.equal(lineOf(`license: mit\n${results('{a: 1}')}`), 5 + 40 * 4);
    assert.equal(lineOf('tags:\n- a\n- b: c'), 4);
    // A value that is missing is told where the map begins that lacks it.
    assert.equal(lineOf(results('')), 3 + 40 * 4);
    assert.equal(lineOf('model-index:\n- name: m\n  results:\n  - task: t\n    metrics: []'), 5);
    assert.equal(
      lineOf('model-index:\n- name: m\n  results:\n  - task: {type: t}\n    dataset:\n      type: d\n    metrics: []'),
      6,
    );
  });

  const accepted = [
    'language: en',
    'language: [en, fr, multilingual, code]',
    'language: EN',
    'language: no',
    'language: [aaa, azb, deu, iw, ger]',
    'license: Apache-2.0',
    'license: [mit, 0bsd, bsd-4-clause, other, unknown]',
    'tags: [2024, 4-bit, true, ~]',
    'tags: anything',
    'datasets: [squad, SQuAD, ana/letters]',
    'metrics: [accuracy, rougeL]',
    'pipeline_tag: structured-data-classification',
    'inference: false',
    'inference: off',
    'inference: no',
    'inference: "false"',
    'inference: {parameters: {temperature: 1}}',
    'thumbnail: https://example.org/a.png',
    'widget: []',
    'license:',
    'license: ""',
    'metrics: []',
    'model-index: [{name: m, results: []}]',
    'model-index: [{name: m, results: [{task: {type: t}, dataset: {type: d, name: D}, metrics: [{type: f1, value: 20.0 ± 1.2}], source: {url: u}}]}]',
    'anything_else: {free: [1]}',
  ];
  for (const yaml of accepted) it(`accepts ${yaml}`, () => assert.deepEqual(check(yaml), []));

  const doubted: readonly [yaml: string, suggestion: string | undefined][] = [
    ['license: apache2', 'apache-2.0'],
    ['license: Apache License 2.0', 'apache-2.0'],
    ['license: GPLv3', 'gpl-3.0'],
    ['license: mti', 'mit'],
    ['license: cc-by-sa', 'cc-by-sa-4.0'],
    ['license: my very own', undefined],
    ['language: zh-CN', 'zh'],
    ['language: French', 'fr'],
    ['pipeline_tag: text-clasification', 'text-classification'],
    ['pipeline_tag: Fill Mask', 'fill-mask'],
    ['pipeline_tag: sentiment-analysis', 'text-classification'],
    ['pipeline_tag: something entirely else', undefined],
    ['datasets: squad_v3', 'squad_v2'],
    ['datasets: [squad, ana/leters]', undefined],
    ['metrics: acuracy', 'accuracy'],
    ['metrics: Accuracy', 'accuracy'],
  ];
  for (const [yaml, suggestion] of doubted) {
    it(`warns about ${yaml} and suggests ${suggestion ?? 'nothing'}`, () => {
      const problems = check(yaml);
      assert.deepEqual(
        problems.map((problem) => [problem.severity, problem.suggestion, problem.line]),
        [['warning', suggestion, 2]],
      );
    });
  }

  it('tells which questions of a gated repository cannot be asked, and passes them', () => {
    const asked = [
      'Affiliation: text',
      'Where: ip_location',
      'When: date_piker',
      'Why: {type: select}',
      'Use: {type: select, options: [Research, {label: Other, value: other}]}',
    ];
    const problems = check(`extra_gated_fields:\n  ${asked.join('\n  ')}`);
    assert.deepEqual(
      problems.map(({ severity, suggestion }) => [severity, suggestion]),
      [
        ['warning', undefined],
        ['warning', 'date_picker'],
        ['warning', undefined],
      ],
    );
    assert.match(problems[0]!.message, /"Where" is not asked: "ip_location" is none of text, checkbox/);
    assert.match(problems[2]!.message, /"Why" is not asked: it has no options/);
    assert.match(check('extra_gated_fields: [a]')[0]!.message, /must be a map of questions/);
  });

  it('tells each doubtful value of a list, but not a thousand of them', () => {
    assert.equal(check('metrics: [acuracy, f1, blue]').length, 2);
    const many = Array.from({ length: 5000 }, (_, n) => `set${n}`).join(', ');
    assert.equal(check(`datasets: [${many}]`).length, 20);
  });

  it('finds nothing to refuse in the reference repositories', () => {
    for (const name of readdirSync(recordFixtures)) {
      const problems = checkCard(fixtureFacts(name).card!, here);
      assert.deepEqual(
        problems.filter((problem) => problem.severity === 'error'),
        [],
        name,
      );
    }
  });

  it('takes the front matter that the documentation gives', () => {
    const yaml = [
      'language: "ISO 639-1 code for your language, or `multilingual`"',
      'thumbnail: "url to a thumbnail used in social sharing"',
      'tags:',
      '- array',
      '- of',
      '- tags',
      'license: "any valid license identifier"',
      'datasets:',
      '- array of dataset identifiers',
      'metrics:',
      '- array of metric identifiers',
    ].join('\n');
    assert.deepEqual([...new Set(check(yaml).map((problem) => problem.severity))], ['warning']);
  });
});

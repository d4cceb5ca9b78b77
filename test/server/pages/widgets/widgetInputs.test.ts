import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../../config/dataFolder.js';
import { projectRoot } from '../../../../config/projectRoot.js';
import { isRightToLeft, languageName } from '../../../../config/vocabulary/languages.js';
import { answeredTasks } from '../../../../inference/pipelines/index.js';
import { readInputs, WidgetInputs } from '../../../../server/pages/widgets/widgetInputs.js';
import { takesFile, widgetFields } from '../../../../views/widgets/inputs.js';

const bundled = path.join(projectRoot, 'config', 'widget-inputs');

describe('default inputs of widgets', () => {
  let folder: string;
  let warnings: string[];
  let inputs: WidgetInputs;
  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const texts = (languages: readonly string[], task = 'text-classification'): unknown[] =>
    inputs.examples(languages, task).map(({ text }) => text);
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'inputs-')), 'widget-inputs');
    mkdirSync(folder);
    warnings = [];
    inputs = new WidgetInputs([folder, bundled], (message) => warnings.push(message));
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  it('lie in widget-inputs of the data folder', () => {
    assert.equal(dataFolder('/data').widgetInputs, '/data/widget-inputs');
  });

  const choices: readonly [languages: string[], first: RegExp | null][] = [
    [[], /^The soup/],
    [['fr'], /^La soupe/],
    [['fr', 'de'], /^La soupe/],
    [['xx', 'de'], /^Die Suppe/],
    [['pt-BR'], /^A sopa/],
    [['deu'], /^Die Suppe/],
    [['ger'], /^Die Suppe/],
    [['in'], /^Supnya/],
    [['zh-Hans'], /^汤/],
    [['multilingual'], /^The soup/],
    [['multilingual', 'fr'], /^The soup/],
    [['eo'], null],
    [['code'], null],
    [['../../../etc/passwd'], null],
  ];
  for (const [languages, first] of choices) {
    it(`for a card that says [${languages.join(', ')}] are ${first ? `those of ${first}` : 'none'}`, () => {
      const [found] = texts(languages);
      if (first) assert.match(String(found), first);
      else assert.equal(found, undefined);
    });
  }

  it('come from the data folder first, task by task', () => {
    write('fr.json', { 'text-classification': [{ text: 'Ici, tout va bien.' }] });
    assert.deepEqual(texts(['fr']), ['Ici, tout va bien.']);
    assert.match(String(texts(['fr'], 'fill-mask')[0]), /<mask>/);
  });

  it('take a language that the hub does not bring', () => {
    write('eo.json', { 'text-classification': [{ text: 'La supo estis bonega.' }] });
    assert.deepEqual(texts(['eo']), ['La supo estis bonega.']);
  });

  it('are read again when a file changes', () => {
    const file = write('eo.json', { 'text-classification': [{ text: 'Unu' }] });
    assert.deepEqual(texts(['eo']), ['Unu']);
    write('eo.json', { 'text-classification': [{ text: 'Du' }] });
    utimesSync(file, new Date(2026, 0, 1), new Date(2026, 0, 1));
    assert.deepEqual(texts(['eo']), ['Du']);
    rmSync(file);
    assert.deepEqual(texts(['eo']), []);
  });

  const faults: readonly [name: string, content: unknown, message: RegExp][] = [
    ['eo.json', '{"fill-mask": [', /eo\.json: cannot be read as JSON: /],
    ['eo.json', [], /eo\.json: must hold an object of tasks/],
    ['eo.json', { 'fill-masks': [] }, /"fill-masks" is no task with a widget; did you mean "fill-mask"\?/],
    ['eo.json', { 'fill-mask': { text: 'x' } }, /"fill-mask" must be a list of examples/],
    ['eo.json', { 'fill-mask': ['x'] }, /"fill-mask", example 1 is no map of inputs/],
    ['eo.json', { 'fill-mask': [{ text: 'Sen truo.' }] }, /"fill-mask", example 1 has no <mask> in its text/],
    [
      'eo.json',
      { 'question-answering': [{ text: 'Kie?', context: 'Tie.' }, { text: 'Kie?' }] },
      /"question-answering", example 2 lacks what question-answering takes: a "text" \(the question\) and a "context"/,
    ],
    ['klingon.json', {}, /klingon\.json: is not read; its name must be a language code, such as da\.json/],
    ['deu.json', {}, /deu\.json: is not read, since the code of German is "de"; name the file de\.json/],
    ['eo.json', `${' '.repeat(1_048_576)}{}`, /has 1048578 bytes; at most 1048576 are read/],
  ];
  for (const [name, content, message] of faults) {
    it(`say what is wrong: ${message.source}`, () => {
      write(name, content);
      const problems = inputs.check();
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0]!, message);
      assert.deepEqual(warnings, problems);
    });
  }

  it('keep the good examples of a file that has a bad one', () => {
    write('eo.json', { 'text-classification': [{ text: 'Bone.' }, { txt: 'Malbone.' }] });
    assert.deepEqual(texts(['eo']), ['Bone.']);
    assert.equal(warnings.length, 1);
  });

  it('warn once, not at every page', () => {
    write('eo.json', 'x');
    texts(['eo']);
    texts(['eo']);
    assert.equal(warnings.length, 1);
  });

  for (const name of readdirSync(bundled)) {
    it(`${name} has good examples for every task that is served and has a form`, () => {
      const { examples, problems } = readInputs(path.join(bundled, name));
      assert.deepEqual(problems, []);
      // Pictures and sounds are of no language, and the columns of one tabular model are no other's.
      const hasExamples = (task: string) => !takesFile(task) && !task.startsWith('tabular-');
      const served = Object.keys(widgetFields).filter((task) => answeredTasks.has(task) && hasExamples(task));
      assert.deepEqual(new Set(Object.keys(examples)), new Set(served));
      assert.ok(languageName(path.basename(name, '.json')));
      if (isRightToLeft(path.basename(name, '.json'))) assert.match(JSON.stringify(examples), /\p{Script=Arabic}/u);
    });
  }
});

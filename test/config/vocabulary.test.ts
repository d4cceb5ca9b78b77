import assert from 'node:assert/strict';
import { nearest } from '../../config/nearest.js';
import { isWellKnownDataset, wellKnownDatasets } from '../../config/vocabulary/datasets.js';
import {
  isRightToLeft,
  languageCode,
  languageName,
  ownLanguageName,
  twoLetterCodes,
} from '../../config/vocabulary/languages.js';
import { frameworks, isLibrary, libraries, libraryLabel, namesLibrary } from '../../config/vocabulary/libraries.js';
import { licenseLabel, licenseName, licenseOf, licenses, nearestLicense } from '../../config/vocabulary/licenses.js';
import { metrics } from '../../config/vocabulary/metrics.js';

describe('nearest', () => {
  const rows: readonly [text: string, candidates: readonly string[], found: string | null][] = [
    ['acuracy', ['accuracy', 'f1'], 'accuracy'],
    ['ACCURACY', ['accuracy'], 'accuracy'],
    ['mti', ['mit', 'isc'], 'mit'],
    ['ab', ['cd'], null],
    ['something else', ['accuracy'], null],
    ['', ['a'], 'a'],
  ];
  for (const [text, candidates, found] of rows) {
    it(`"${text}" among ${candidates.join()} → ${found}`, () => assert.equal(nearest(text, candidates), found));
  }
});

describe('licences', () => {
  it('are the identifiers of the Hub, with 0bsd and bsd-4-clause', () => {
    assert.equal(licenses.size, 85);
    for (const id of ['apache-2.0', '0bsd', 'bsd-4-clause', 'openrail++', 'llama3.1', 'unknown', 'other'])
      assert.ok(licenses.has(id), id);
    for (const id of licenses) assert.equal(id, id.toLowerCase());
  });

  it('are suggested for what people write', () => {
    const said = {
      'Apache License, Version 2.0': 'apache-2.0',
      'The MIT License': 'mit',
      'GPL v3': 'gpl-3.0',
      'BSD 3-Clause': 'bsd-3-clause',
      mine: null,
      'nonsense-lic': null,
    };
    for (const [name, id] of Object.entries(said)) assert.equal(nearestLicense(name), id);
    for (const id of licenses) assert.equal(nearestLicense(id), id);
  });

  it('have labels', () => {
    assert.equal(licenseLabel('cc-by-4.0'), 'CC-BY-4.0');
    assert.equal(licenseLabel('apache-2.0'), 'Apache-2.0');
    assert.equal(licenseLabel('bsd-2-clause'), 'BSD-2-Clause');
    assert.equal(licenseLabel('apple-amlr'), 'Apple-AMLR');
    assert.equal(licenseLabel('constructor'), 'constructor');
  });

  it('have names, by which they are found', () => {
    assert.equal(licenseName('gpl-3.0'), 'GNU General Public License 3.0');
    assert.equal(licenseName('mine'), 'mine');
    for (const id of licenses) assert.equal(licenseOf(` ${licenseName(id).toUpperCase()}`), id);
    for (const text of ['', 'mine', 'toString']) assert.equal(licenseOf(text), null);
  });
});

describe('languages', () => {
  it('know ISO 639-1, -2 and -3, older codes, and the two words that are no language', () => {
    const known = {
      no: 'Norwegian',
      deu: 'German',
      ger: 'German',
      iw: 'Hebrew',
      aaa: 'Ghotuo',
      azb: 'South Azerbaijani',
      multilingual: 'Multilingual',
      code: 'Code',
    };
    for (const [code, name] of Object.entries(known)) assert.equal(languageName(code), name);
    for (const code of ['xx', 'zzz', 'EN', 'zh-cn', '', 'toString', '__proto__', 'e', 'english'])
      assert.equal(languageName(code), null, code);
  });

  it('have own names, directions and codes by name', () => {
    assert.equal(ownLanguageName('fr'), 'français');
    assert.equal(ownLanguageName('en'), null);
    assert.ok(isRightToLeft('ar') && !isRightToLeft('en'));
    assert.equal(languageCode('french'), 'fr');
    assert.equal(languageCode('nothing'), null);
    assert.ok(twoLetterCodes().length > 150);
  });
});

describe('libraries and frameworks', () => {
  it('tell libraries from mere formats', () => {
    assert.ok(namesLibrary('spacy') && namesLibrary('keras'));
    assert.ok(!namesLibrary('onnx') && !namesLibrary('toString'));
    assert.ok(isLibrary('onnx') && !isLibrary('constructor'));
    assert.equal(libraryLabel('tf'), 'TensorFlow');
    assert.equal(libraryLabel('constructor'), 'constructor');
  });

  it('share no key', () =>
    assert.deepEqual(
      Object.keys(frameworks).filter((key) => Object.hasOwn(libraries, key)),
      [],
    ));
});

describe('datasets and metrics', () => {
  it('compare datasets without case, and spell them as the Hub does', () => {
    assert.ok(isWellKnownDataset('SQuAD') && isWellKnownDataset('huggingfacefw/fineweb'));
    assert.ok([...wellKnownDatasets()].includes('HuggingFaceFW/fineweb'));
    for (const id of wellKnownDatasets()) assert.match(id, /^[\w.-]+(\/[\w.-]+)?$/);
  });

  it('know the metrics that evaluations name', () => {
    for (const id of ['accuracy', 'f1', 'rougeL', 'sacrebleu', 'exact_match', 'roc_auc'])
      assert.ok(Object.hasOwn(metrics, id), id);
  });
});

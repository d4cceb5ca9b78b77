import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../config/projectRoot.js';

interface Run {
  readonly files: Readonly<Record<string, { readonly passed: number; readonly failed: readonly string[] }>>;
}

interface SecondRun {
  filesToRepeat(first: Run): string[];
  verdict(first: Run, second: Run | null): { passed: number; failed: number; flaky: string[] };
}

const runOf = (files: Run['files']): Run => ({ files });

describe('the second run of tests that failed', () => {
  let module: SecondRun;
  before(async () => {
    module = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'secondRun.mjs')).href)) as SecondRun;
  });

  const good = { passed: 5, failed: [] };
  const bad = { passed: 4, failed: ['a test'] };

  it('is for up to eight files', () => {
    assert.deepEqual(module.filesToRepeat(runOf({ a: good, b: bad, c: good })), ['b']);
    const eight = Object.fromEntries([...'abcdefgh'].map((name) => [name, bad]));
    assert.deepEqual(module.filesToRepeat(runOf({ ...eight, i: good })), [...'abcdefgh']);
    assert.deepEqual(module.filesToRepeat(runOf({ ...eight, i: bad })), []);
    assert.deepEqual(module.filesToRepeat(runOf({ a: good })), []);
  });

  it('is for none when a failure belongs to no file', () => {
    assert.deepEqual(module.filesToRepeat(runOf({ a: bad, '': bad })), []);
  });

  it('counts for its files, each test once, and names what passed then', () => {
    // A hook that fails keeps the tests after it from running: the second run has more of them.
    const first = runOf({ a: good, b: { passed: 1, failed: ['"before each" hook'] } });
    assert.deepEqual(module.verdict(first, runOf({ b: good })), {
      passed: 10,
      failed: 0,
      flaky: ['b: "before each" hook'],
    });
  });

  it('fails what fails twice', () => {
    const first = runOf({ a: good, b: { passed: 3, failed: ['one', 'two'] } });
    const second = runOf({ b: { passed: 4, failed: ['two'] } });
    assert.deepEqual(module.verdict(first, second), { passed: 9, failed: 1, flaky: ['b: one'] });
  });

  it('fails what fails otherwise the second time', () => {
    const second = runOf({ b: { passed: 4, failed: ['another'] } });
    assert.equal(module.verdict(runOf({ b: bad }), second).failed, 1);
  });

  it('leaves the first result where there was no second', () => {
    const first = runOf({ a: good, b: bad });
    const expected = { passed: 9, failed: 1, flaky: [] };
    assert.deepEqual(module.verdict(first, null), expected);
    assert.deepEqual(module.verdict(first, runOf({})), expected);
  });
});

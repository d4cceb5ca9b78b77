/**
 * `npm test [-- words]`: set-up, then the tests. `--slow` = only the slow ones, `--all` = both; `--update` rewrites golden
 * files. Test files may be named; everything else goes to mocha (`--grep "a word"`). The last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './run.mjs';
import { build, environment, prepare, root } from './setup.mjs';

const given = process.argv.slice(2);
const own = new Set(['--slow', '--all', '--update']);
const words = given.filter((word) => !own.has(word));
const files = words.filter((word) => /\.test\.tsx?$/.test(word));

prepare();
const isBuilt = build();
const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-test-'));
const summaryFile = path.join(folder, 'summary.json');
const code = await run(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'scripts/testReporter.mjs',
    '--reporter-option',
    `summary=${summaryFile}`,
    ...(files.length > 0 ? [] : specs()),
    ...words,
  ],
  { cwd: root, env: { ...environment, ...(given.includes('--update') ? { HUBSTEAD_TEST_UPDATE: 'true' } : {}) } },
);
report();

function specs() {
  if (given.includes('--all')) return ['test/**/*.test.{ts,tsx}'];
  if (given.includes('--slow')) return ['test/**/*.slow.test.{ts,tsx}'];
  return ['test/**/*.test.{ts,tsx}', '--ignore', 'test/**/*.slow.test.{ts,tsx}'];
}

/** Printed here and not by mocha, so that it is the last line whatever the tests left behind. */
function report() {
  const summary = readSummary();
  rmSync(folder, { recursive: true, force: true });
  if (!isBuilt) process.stdout.write('the build failed; the lines at the top say where\n');
  if (!summary) process.stdout.write('mocha ended before the tests did\n');
  else if (code !== 0 && summary.failed === 0) process.stdout.write(`mocha ended with code ${code}\n`);
  const failed = summary ? summary.failed : 1;
  process.exitCode = failed > 0 || code !== 0 || !isBuilt ? 1 : 0;
  process.stdout.write(`${summary?.passed ?? 0} passed, ${failed} failed\n`);
}

function readSummary() {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return null;
  }
}

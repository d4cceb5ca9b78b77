/**
 * `npm test [-- words]`: set-up, then the tests. `--slow` = only the slow ones, `--all` = both; `--update` rewrites golden
 * files. Test files may be named; everything else goes to mocha (`--grep "a word"`). Where few files fail, those run once
 * more, alone, and count by that (scripts/secondRun.mjs). The last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './run.mjs';
import { filesToRepeat, verdict } from './secondRun.mjs';
import { build, environment, prepare, root } from './setup.mjs';

const given = process.argv.slice(2);
const own = new Set(['--slow', '--all', '--update']);
const words = given.filter((word) => !own.has(word));
const named = words.filter((word) => /\.test\.tsx?$/.test(word));

prepare();
const isBuilt = build();
const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-test-'));
const first = await mocha([...(named.length > 0 ? [] : specs()), ...words]);
// Who names a file looks at its first result, and who interrupts (mocha's code is 130 then) wants no second.
const isRepeatable = first.summary !== null && first.code !== 130 && named.length === 0;
const repeated = isRepeatable ? filesToRepeat(first.summary) : [];
const second = repeated.length > 0 ? await repeat(repeated) : null;
rmSync(folder, { recursive: true, force: true });
report();

function specs() {
  if (given.includes('--all')) return ['test/**/*.test.{ts,tsx}'];
  if (given.includes('--slow')) return ['test/**/*.slow.test.{ts,tsx}'];
  return ['test/**/*.test.{ts,tsx}', '--ignore', 'test/**/*.slow.test.{ts,tsx}'];
}

/** @returns mocha's exit code and what its reporter wrote, null when it did not come to that */
async function mocha(args) {
  const file = path.join(folder, 'summary.json');
  rmSync(file, { force: true });
  const reporter = ['--reporter', 'scripts/testReporter.mjs', '--reporter-option', `summary=${file}`];
  const code = await run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...reporter, ...args], {
    cwd: root,
    env: { ...environment, ...(given.includes('--update') ? { HUBSTEAD_TEST_UPDATE: 'true' } : {}) },
  });
  return { code, summary: readJson(file) };
}

function repeat(files) {
  process.stdout.write(`\nonce more, alone: ${files.join(' ')}\n`);
  return mocha([...files, ...words]);
}

/** Printed here and not by mocha, so that it is the last line whatever the tests left behind. */
function report() {
  const { code } = second ?? first;
  const counts = first.summary ? verdict(first.summary, second?.summary) : { passed: 0, failed: 1, flaky: [] };
  if (!isBuilt) process.stdout.write('the build failed; the lines at the top say where\n');
  if (!(second ?? first).summary) process.stdout.write('mocha ended before the tests did\n');
  else if (code !== 0 && counts.failed === 0) process.stdout.write(`mocha ended with code ${code}\n`);
  for (const name of counts.flaky) process.stdout.write(`flaky: failed first, passed alone: ${name}\n`);
  process.exitCode = counts.failed > 0 || code !== 0 || !isBuilt ? 1 : 0;
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * `npm test [-- words]`: set-up, then the tests. `--slow` = only the slow ones, `--all` = both; `--update` rewrites golden
 * files. Test files may be named; everything else goes to mocha (`--grep "a word"`). Two rooms run at once, each with a
 * temporary folder of its own. Where few files fail, those run once more, alone, and count by that (scripts/secondRun.mjs).
 * The last line is `N passed, N failed`.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './run.mjs';
import { filesToRepeat, verdict } from './secondRun.mjs';
import { build, environment, prepare, root } from './setup.mjs';
import { inLanes, testRooms } from './testRooms.mjs';

const given = process.argv.slice(2);
const own = new Set(['--slow', '--all', '--update']);
const words = given.filter((word) => !own.has(word));
const named = words.filter((word) => /\.test\.tsx?$/.test(word));

prepare();
const isBuilt = build();
const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-test-'));
const runs = named.length > 0 ? [await mocha('named', words)] : await everyRoom();
const first = { files: Object.assign({}, ...runs.map(({ summary }) => summary?.files)) };
const isWhole = runs.every(({ summary }) => summary !== null);
// Who names a file looks at its first result, and who interrupts (mocha's code is 130 then) wants no second.
const isRepeatable = isWhole && named.length === 0 && runs.every(({ code }) => code !== 130);
const repeated = isRepeatable ? filesToRepeat(first) : [];
const second = repeated.length > 0 ? await repeat(repeated) : null;
rmSync(folder, { recursive: true, force: true });
report();

/** Each room's report is printed when the room is over. */
function everyRoom() {
  const jobs = testRooms(testFiles()).map(({ name, files }) => async () => {
    const log = path.join(folder, `${name}.log`);
    const output = openSync(log, 'w');
    const result = await mocha(name, [...files, ...words], ['ignore', output, output]);
    closeSync(output);
    process.stdout.write(readFileSync(log));
    return result;
  });
  return inLanes(jobs, Math.min(2, availableParallelism()));
}

function testFiles() {
  const isSlow = (file) => /\.slow\.test\.tsx?$/.test(file);
  return readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => given.includes('--all') || isSlow(file) === given.includes('--slow'))
    .map((file) => `test/${file.split(path.sep).join('/')}`)
    .sort();
}

/** @returns mocha's exit code and what its reporter wrote, null when it did not come to that */
async function mocha(name, args, stdio = 'inherit') {
  const temporary = path.join(folder, name);
  mkdirSync(temporary);
  const file = path.join(folder, `${name}.json`);
  const reporter = ['--reporter', 'scripts/testReporter.mjs', '--reporter-option', `summary=${file}`];
  const colour = process.stdout.isTTY ? ['--color'] : [];
  const code = await run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...reporter, ...colour, ...args], {
    cwd: root,
    stdio,
    env: {
      ...environment,
      TMPDIR: temporary,
      HUBSTEAD_TEST_STARTS_BUILT: String(isBuilt),
      ...(given.includes('--update') ? { HUBSTEAD_TEST_UPDATE: 'true' } : {}),
    },
  });
  return { name, code, summary: readJson(file) };
}

function repeat(files) {
  process.stdout.write(`\nonce more, alone: ${files.join(' ')}\n`);
  return mocha('again', [...files, ...words]);
}

/** Printed here and not by mocha, so that it is the last line whatever the tests left behind. */
function report() {
  const { passed, failed, flaky } = verdict(first, second?.summary);
  if (!isBuilt) process.stdout.write('the build failed; the lines at the top say where\n');
  const odd = [...runs, ...(second ? [second] : [])].flatMap(oddEnding);
  for (const line of odd) process.stdout.write(`${line}\n`);
  for (const name of flaky) process.stdout.write(`flaky: failed first, passed alone: ${name}\n`);
  process.exitCode = failed > 0 || odd.length > 0 || !isBuilt ? 1 : 0;
  process.stdout.write(`${passed} passed, ${isWhole ? failed : failed + 1} failed\n`);
}

/** Ends that no failed test explains, as a sentence: a crash, or something that a test left open. */
function oddEnding({ name, code, summary }) {
  if (!summary) return [`${name}: mocha ended before the tests did`];
  const isExplained = code === 0 || Object.values(summary.files).some(({ failed }) => failed.length > 0);
  return isExplained ? [] : [`${name}: mocha ended with code ${code}`];
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { nowhere } from './secondRun.mjs';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;
/** Time to close what tests opened, once the last one is over. */
const closingMs = 15_000;

/**
 * Mocha's usual report, then why tests were skipped; what passed and failed in each file goes to the file `summary`, for
 * scripts/test.mjs.
 */
export default class TestReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = new Map();
    runner.on(EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    });
    const files = {};
    const resultOf = (runnable) => (files[fileOf(runnable)] ??= { passed: 0, failed: [] });
    runner.on(EVENT_TEST_PASS, (test) => {
      resultOf(test).passed += 1;
    });
    // Hooks come here as well.
    runner.on(EVENT_TEST_FAIL, (runnable) => resultOf(runnable).failed.push(runnable.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      for (const [reason, count] of skipped) process.stdout.write(`  ${count} skipped: ${reason}\n`);
      const summary = options.reporterOption?.summary ?? options.reporterOptions?.summary;
      if (summary) writeFileSync(summary, JSON.stringify({ files }));
      endIfSomethingStaysOpen();
    });
  }
}

/** @returns the test file from the folder of the call, or `nowhere` for a hook of no file */
function fileOf(runnable) {
  for (let at = runnable; at; at = at.parent) if (at.file) return path.relative(process.cwd(), at.file);
  return nowhere;
}

/** test/support/require.ts leaves the reason on the test, or on the suite whose hook skipped. */
function reasonOf(test) {
  for (let at = test; at; at = at.parent) if (at.skipReason) return at.skipReason;
  return 'no reason given';
}

/** Unreferenced, so that it fires only where something else keeps the process. */
function endIfSomethingStaysOpen() {
  setTimeout(() => {
    const kept = process.getActiveResourcesInfo().filter((name) => !['TTYWrap', 'PipeWrap'].includes(name));
    process.stderr.write(`The tests are over, but something stays open: ${kept.join(', ')}\n`);
    process.exit(1);
  }, closingMs).unref();
}

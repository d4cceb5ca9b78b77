import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_PENDING } = Mocha.Runner.constants;
/** Time to close what tests opened, once the last one is over. */
const closingMs = 15_000;

/** Mocha's usual report, then why tests were skipped; the counts go to the file `summary` for scripts/test.mjs. */
export default class TestReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = new Map();
    runner.on(EVENT_TEST_PENDING, (test) => {
      const reason = reasonOf(test);
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    });
    runner.once(EVENT_RUN_END, () => {
      for (const [reason, count] of skipped) process.stdout.write(`  ${count} skipped: ${reason}\n`);
      const { passes, failures } = runner.stats;
      const file = options.reporterOption?.summary ?? options.reporterOptions?.summary;
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures }));
      endIfSomethingStaysOpen();
    });
  }
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

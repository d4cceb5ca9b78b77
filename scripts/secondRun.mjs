/**
 * Which test files get a second run, alone and after the rest, and what counts then. A run is what scripts/testReporter.mjs
 * writes: `{ files: { [file]: { passed: number, failed: string[] } } }`, with the names of the tests and hooks that failed.
 */

/** When more files fail, something is broken, and no second run is worth the wait. */
export const mostRepeated = 8;
/** Stands for a test file where a failure belongs to none. */
export const nowhere = '';

/** @returns the files to run once more; none when nothing failed or too much did */
export function filesToRepeat({ files }) {
  const failing = Object.keys(files).filter((file) => files[file].failed.length > 0);
  return failing.length > mostRepeated || failing.includes(nowhere) ? [] : failing;
}

/**
 * Each test counts once: those of a file that ran twice by its second run. A file of which the second run says nothing
 * keeps its first result.
 * @returns `flaky`: the names (`file: test`) of what failed first and not again
 */
export function verdict(first, second) {
  const repeated = second?.files ?? {};
  const files = Object.values({ ...first.files, ...repeated });
  const flaky = Object.entries(repeated).flatMap(([file, { failed }]) =>
    (first.files[file]?.failed ?? []).filter((name) => !failed.includes(name)).map((name) => `${file}: ${name}`),
  );
  return {
    passed: files.reduce((sum, { passed }) => sum + passed, 0),
    failed: files.reduce((sum, { failed }) => sum + failed.length, 0),
    flaky,
  };
}

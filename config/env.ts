/** The only reader of process.env. Everything else is handed what it needs. */

/** Variables that options are read from; see loadOptions. */
export function optionEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Where executables are looked for: the only thing of our own environment that git's children get. */
export function executablePath(): string {
  return process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin';
}

/** What the tests and benchmarks may be told about the machine. */
export function testEnvironment(): {
  /** In CI a missing tool fails a test; elsewhere it skips it. */
  readonly isCi: boolean;
  /** Folder with larger reference models, or null. */
  readonly shared: string | null;
  readonly chromium: string | null;
  /** A Python that has huggingface_hub, or null. */
  readonly python: string | null;
  /** Folder with Pythons that have huggingface_hub 0, 1 and 2: `0/bin/python`…; or null. */
  readonly pythons: string | null;
  /** Folder with the Hub's JavaScript clients in its `node_modules`, or null. */
  readonly clients: string | null;
  /** A Python with torch and transformers, and a folder with `@huggingface/transformers` and `model.onnx`: for benchmarks. */
  readonly benchPython: string | null;
  readonly benchTransformersJs: string | null;
  /** Rewrite golden files instead of comparing. */
  readonly updateGolden: boolean;
  /** Processes and threads that sources start run from `dist/`, which is up to date: they begin several times as fast. */
  readonly startsBuilt: boolean;
} {
  return {
    isCi: process.env.CI === 'true',
    shared: process.env.HUBSTEAD_TEST_SHARED || null,
    chromium: process.env.HUBSTEAD_TEST_CHROMIUM || null,
    python: process.env.HUBSTEAD_TEST_PYTHON || null,
    pythons: process.env.HUBSTEAD_TEST_PYTHONS || null,
    clients: process.env.HUBSTEAD_TEST_CLIENTS || null,
    benchPython: process.env.HUBSTEAD_BENCH_PYTHON || null,
    benchTransformersJs: process.env.HUBSTEAD_BENCH_TRANSFORMERS_JS || null,
    updateGolden: process.env.HUBSTEAD_TEST_UPDATE === 'true',
    startsBuilt: process.env.HUBSTEAD_TEST_STARTS_BUILT === 'true',
  };
}

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { executablePath, testEnvironment } from '../../config/env.js';

/**
 * Skips a test or suite, with a reason that the report prints. In CI nothing may be missing, so there it fails.
 * Call it in a test or in `before`, as a `function`: `before(function () { requireTool(this, 'git-lfs') })`.
 */
export function skip(context: Mocha.Context, reason: string): never {
  if (testEnvironment().isCi) throw new Error(`In CI this may not be missing: ${reason}`);
  // A `before` hook skips every test of its suite.
  const runnable = context.runnable();
  const place = 'type' in runnable && runnable.type === 'hook' ? runnable.parent : runnable;
  Object.assign(place ?? runnable, { skipReason: reason });
  return context.skip();
}

/** @returns the executable's path. Skips (fails in CI) where it is not on PATH. */
export function requireTool(context: Mocha.Context, tool: string): string {
  return findTool(tool) ?? skip(context, `${tool} is not installed`);
}

/** @returns the folder with larger reference models. Skips (fails in CI) where none was named. */
export function requireShared(context: Mocha.Context): string {
  return testEnvironment().shared ?? skip(context, 'HUBSTEAD_TEST_SHARED names no folder of reference models');
}

/** @returns a Python with huggingface_hub, or with `module`. Skips (fails in CI) where none was named, or that lacks it. */
export function requirePython(context: Mocha.Context, module = 'huggingface_hub'): string {
  const { python } = testEnvironment();
  if (!python) return skip(context, 'HUBSTEAD_TEST_PYTHON names no Python with huggingface_hub');
  if (spawnSync(python, ['-c', `import ${module}`]).status !== 0) return skip(context, `${python} has no ${module}`);
  return python;
}

/** @returns a Python with that release of huggingface_hub, and with `modules`. Skips (fails in CI) where none was named, or that lacks them. */
export function requireHubClient(context: Mocha.Context, release: string, modules: readonly string[] = []): string {
  const { pythons } = testEnvironment();
  if (!pythons) return skip(context, 'HUBSTEAD_TEST_PYTHONS names no folder of Pythons with huggingface_hub');
  const python = path.join(pythons, release, 'bin', 'python');
  if (!isExecutable(python)) return skip(context, `${python} is not there`);
  const find = `import sys; from importlib.util import find_spec; sys.exit(",".join(n for n in sys.argv[1:] if not find_spec(n)) or None)`;
  const { stderr } = spawnSync(python, ['-c', find, ...modules], { encoding: 'utf8' });
  return stderr.trim() === '' ? python : skip(context, `${python} has no ${stderr.trim()}`);
}

/** @returns the folder of the Hub's JavaScript clients. Skips (fails in CI) where none was named. */
export function requireClients(context: Mocha.Context): string {
  return testEnvironment().clients ?? skip(context, 'HUBSTEAD_TEST_CLIENTS names no folder of JavaScript clients');
}

export function findTool(tool: string): string | null {
  const places = [...executablePath().split(path.delimiter), '/usr/sbin'].map((folder) => path.join(folder, tool));
  return places.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testEnvironment } from '../../config/env.js';
import { projectRoot } from '../../config/projectRoot.js';

/**
 * Compares a text with `test/golden/<name>`. `npm test -- --update` writes what it finds instead: read the difference before you
 * commit it.
 */
export function assertGolden(name: string, text: string): void {
  const file = path.join(projectRoot, 'test', 'golden', name);
  if (testEnvironment().updateGolden) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.ok(existsSync(file), `${name} is missing in test/golden: npm test -- --update writes it`);
  assert.equal(text, readFileSync(file, 'utf8'));
}

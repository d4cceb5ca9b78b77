import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testEnvironment } from '../../../config/env.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import { fixtureFacts, recordFixtures } from './facts.js';

const golden = path.join(projectRoot, 'test', 'golden', 'records');

/** Rewrite with HUBSTEAD_TEST_UPDATE=true, and read the difference before you commit it. */
describe('records of the reference repositories', () => {
  for (const name of readdirSync(recordFixtures)) {
    it(`${name} is derived as recorded`, () => {
      const text = `${JSON.stringify(deriveRecord(fixtureFacts(name)), null, 2)}\n`;
      const file = path.join(golden, `${name}.json`);
      if (testEnvironment().updateGolden) {
        mkdirSync(golden, { recursive: true });
        writeFileSync(file, text);
      }
      assert.ok(existsSync(file), `${file} is missing: run the tests with HUBSTEAD_TEST_UPDATE=true`);
      assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(file, 'utf8')));
    });
  }
});

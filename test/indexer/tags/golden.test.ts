import { readdirSync } from 'node:fs';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import { assertGolden } from '../../support/golden.js';
import { fixtureFacts, recordFixtures } from './facts.js';

describe('records of the reference repositories', () => {
  for (const name of readdirSync(recordFixtures)) {
    it(`${name} is derived as recorded`, () => {
      assertGolden(`records/${name}.json`, `${JSON.stringify(deriveRecord(fixtureFacts(name)), null, 2)}\n`);
    });
  }
});

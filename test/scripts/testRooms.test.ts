import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../config/projectRoot.js';

interface TestRooms {
  testRooms(files: readonly string[]): { name: string; files: string[] }[];
  inLanes<T>(jobs: readonly (() => Promise<T>)[], lanes: number): Promise<T[]>;
}

describe('rooms of tests', () => {
  let module: TestRooms;
  before(async () => {
    module = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'testRooms.mjs')).href)) as TestRooms;
  });

  it('hold every file once, the longest room first, the stories in four shares', () => {
    const stories = ['1', '2', '3', '4', '5'].map((name) => `endToEnd/${name}.test.ts`);
    const files = ['a.test.ts', 'config/b.test.ts', ...stories, 'server/git/e.test.ts'];
    assert.deepEqual(module.testRooms(files.map((file) => `test/${file}`)), [
      { name: 'endToEnd', files: ['test/endToEnd/1.test.ts', 'test/endToEnd/5.test.ts'] },
      { name: 'endToEnd-2', files: ['test/endToEnd/2.test.ts'] },
      { name: 'endToEnd-3', files: ['test/endToEnd/3.test.ts'] },
      { name: 'endToEnd-4', files: ['test/endToEnd/4.test.ts'] },
      { name: 'server', files: ['test/server/git/e.test.ts'] },
      { name: 'rest', files: ['test/a.test.ts', 'test/config/b.test.ts'] },
    ]);
  });

  it('run two at a time, and answer in their order', async () => {
    let running = 0;
    let most = 0;
    const jobs = [3, 1, 1, 2].map((turns, place) => async () => {
      running += 1;
      most = Math.max(most, running);
      for (let n = 0; n < turns; n++) await turn();
      running -= 1;
      return place;
    });
    assert.deepEqual(await module.inLanes(jobs, 2), [0, 1, 2, 3]);
    assert.equal(most, 2);
  });
});

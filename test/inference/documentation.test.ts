import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compiledTypes } from '../../config/compiledModels.js';
import { projectRoot } from '../../config/projectRoot.js';

/** Names in backticks of a page's tables. */
function namesIn(page: string): ReadonlySet<string> {
  const rows = readFileSync(path.join(projectRoot, 'docs', 'hub', page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return new Set(rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)));
}

describe('the page about compiling', () => {
  it('names each family that is compiled', () => {
    const named = namesIn('models-compiling.md');
    assert.deepEqual(
      compiledTypes().filter((type) => !named.has(type)),
      [],
    );
  });
});

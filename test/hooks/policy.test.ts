import assert from 'node:assert/strict';
import { migrateCommand } from '../../hooks/policy/migrate.js';
import { pathFinding } from '../../hooks/policy/paths.js';

describe('commands that a refused pusher copies into a shell', () => {
  const patterns: readonly (readonly [readonly string[], string])[] = [
    [['a/model.bin', 'b.bin', 'c.onnx'], '*.bin,*.onnx'],
    [['LARGE'], 'LARGE'],
    // config.json beside it must stay where the hub reads it.
    [['tokenizer.json', 'data/big.md'], 'tokenizer.json,data/big.md'],
    [['x.$(touch pwned)', 'y.`id`"', 'a, b.c'], '*.*touch*pwned*,*.*id*,*.c'],
    [Array.from({ length: 30 }, (_, index) => `data/${index}.json`), '*.json'],
  ];
  for (const [paths, expected] of patterns) {
    it(`include ${expected}`, () => {
      assert.equal(
        migrateCommand(paths, '--everything'),
        `git lfs migrate import --include="${expected}" --everything`,
      );
    });
  }

  it('hold nothing of a path that a shell would run', () => {
    for (const name of ['a\\b', "a'\\$(id)", 'a\u0001;id', '`id`\\']) {
      const [, command] = pathFinding("x'/$(id)/", name, 'odd').remedy;
      const given = /in (.*?); do test .*\/(\S*)"; done/.exec(command!)!;
      assert.match(given[1]!, /^\.\/([A-Za-z0-9._/?-]|\[\\\\\]|\[\[:cntrl:\]\])*$/);
      assert.match(given[2]!, /^[A-Za-z0-9._-]*$/);
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { taskKeysOf } from '../../../indexer/tags/taskKeys.js';
import { recordOf, tagNames } from './facts.js';

const object = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(' ,\n')}}`;

describe('keys of task_specific_params', () => {
  it('keep the order of the file, also those that look like numbers', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('7', '10', '0', '__proto__', 'summarization', '"', '{'))),
        fc.json({ maxDepth: 3 }),
        (keys, value) => {
          const inner = object(keys.map((key) => [key, value]));
          const outer = object([
            ['a', value],
            ['5', object([['task_specific_params', '{"no": {}}']])],
            ['task_specific_params', inner],
            ['z', value],
          ]);
          assert.deepEqual(taskKeysOf(outer), keys);
        },
      ),
    );
  });

  const none = [
    'null',
    '[]',
    '"task_specific_params"',
    '{"task_specific_params": ["a", {"b": {}}], "c": {"d": 1}}',
    '{}',
  ];
  for (const text of none) it(`are none in ${text}`, () => assert.deepEqual(taskKeysOf(text), []));

  it('are read beside numbers that JSON has not, and the last of two members counts', () => {
    const text =
      '{"x": NaN, "task_specific_params": {"a": 1}, "task_specific_params": {"b": {"v": -Infinity}, "a": {}}}';
    assert.deepEqual(taskKeysOf(text), ['b', 'a']);
  });

  it('become one tag each', () => {
    const config = JSON.parse('{"model_type": "t5", "task_specific_params": {"__proto__": {"a": 1}, "no task": 5}}');
    const record = recordOf({ config });
    assert.deepEqual(
      tagNames(record).filter((name) => name.startsWith('pipeline:')),
      ['pipeline:__proto__', 'pipeline:no task'],
    );
  });
});

import assert from 'node:assert/strict';
import { tensorTree } from '../../../../server/pages/files/content/tensorTree.js';
import type { TensorGroup } from '../../../../views/pages/files/content/weights.js';

const tensor = (name: string, shape: readonly number[] = [2, 3]) => ({ name, dtype: 'F32', shape });
const drawn = (group: TensorGroup, indent = ''): string[] => [
  ...group.tensors.map(({ name }) => indent + name),
  ...group.groups.flatMap((below) => [`${indent}${below.name}/`, ...drawn(below, `${indent}  `)]),
];

describe('the tree of tensors', () => {
  it('groups by the parts of names, folds groups of one, and counts numbers as numbers', () => {
    const tree = tensorTree(
      ['m.layer.10.w', 'm.layer.2.w', 'm.layer.2.b', 'head', 'm.norm.x.w'].map((name) => tensor(name)),
    );
    assert.deepEqual(drawn(tree), [
      'head',
      'm/',
      '  layer/',
      '    2/',
      '      b',
      '      w',
      '    10/',
      '      w',
      '  norm.x/',
      '    w',
    ]);
    assert.deepEqual([tree.count, tree.parameters], [5, 30]);
  });

  it('parts names of Keras at slashes', () => {
    assert.deepEqual(drawn(tensorTree([tensor('a/kernel:0'), tensor('a/bias:0')])), ['a/', '  bias:0', '  kernel:0']);
  });

  it('counts tensors that have no row where they belong', () => {
    const names = [0, 1, 2, 3].map((layer) => `layer.${layer}.weight`);
    const tree = tensorTree(
      [...names, 'other.weight'].map((name) => tensor(name)),
      2,
    );
    assert.deepEqual(
      tree.groups.map(({ name, count, groups }) => [name, count, groups.length]),
      [['layer', 4, 2]],
    );
    assert.equal(tree.count, 5);
  });

  it('takes names of any form, and goes only so deep', () => {
    assert.deepEqual(drawn(tensorTree([tensor(''), tensor('__proto__.constructor')])), [
      '',
      '__proto__/',
      '  constructor',
    ]);
    const deep = tensorTree([tensor('x.'.repeat(500)), tensor('x')]);
    assert.ok(JSON.stringify(deep).length < 3000);
  });
});

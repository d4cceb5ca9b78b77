import assert from 'node:assert/strict';
import { HubError } from '../../../config/errors.js';
import { plainKey } from '../../../config/orderedKeys.js';
import { columnsOf } from '../../../views/widgets/cells.js';

describe('a table that somebody typed', () => {
  const rows: readonly [name: string, text: string, numbers: boolean, expected: unknown][] = [
    ['commas', 'a,b\n1,2\n3,4', true, { a: [1, 3], b: [2, 4] }],
    ['semicolons', 'a;b\n1,5;2', true, { a: ['1,5'], b: [2] }],
    ['tabs', 'a\tb\nx y\tz', true, { a: ['x y'], b: ['z'] }],
    ['quoted cells, with signs and line ends in them', 'a,b\n"x, ""y""","1\n2"', false, { a: ['x, "y"'], b: ['1\n2'] }],
    ['missing numbers in JSON', '{"a":[null],"b":[2]}', true, { a: [null], b: [2] }],
    ['cells of texts stay texts', 'a,b\n1,', false, { a: ['1'], b: [''] }],
    ['blanks around cells and empty lines', ' a , b \n\n 1 , 2 \n', true, { a: [1], b: [2] }],
    ['one column', 'a\n1\n2', true, { a: [1, 2] }],
    ['JSON', '{"a":[1]}', true, { a: [1] }],
    ['what is neither', 'abc', true, 'abc'],
    ['JSON that is broken', '{"a":', true, '{"a":'],
    ['nothing', '', true, ''],
  ];
  for (const [name, text, numbers, expected] of rows)
    it(`has ${name}`, () => assert.equal(JSON.stringify(columnsOf(text, { numbers })), JSON.stringify(expected)));

  it('keeps columns in their order, also those named by years', () => {
    const table = columnsOf('b,2024,a,1999\n1,2,3,4', { numbers: true }) as object;
    assert.deepEqual(Object.keys(table).map(plainKey), ['b', '2024', 'a', '1999']);
  });

  for (const [name, text, reason] of [
    ['a row of another length', 'a,b\n1,2\n3', /row 2 of the table has 1 cells, the first line names 2 columns/],
    ['an empty cell where numbers are', 'a,b\n1,2\n3,', /row 2 of the table has nothing in column "b"/],
    ['two columns of one name', 'a,a\n1,2', /two columns are named "a"/],
  ] as const)
    it(`is refused for ${name}`, () =>
      assert.throws(
        () => columnsOf(text, { numbers: true }),
        (error) => error instanceof HubError && reason.test(error.message),
      ));
});

import assert from 'node:assert/strict';
import { readDataTable } from '../../../../server/pages/files/content/dataTable.js';

describe('the table in a file', () => {
  const cases: readonly [string, string, string, readonly string[], readonly (readonly string[])[]][] = [
    ['commas', 'a.csv', 'a,b\n1,"x, ""y"""\n', ['a', 'b'], [['1', 'x, "y"']]],
    ['semicolons and a byte-order mark', 'a.csv', '\ufeffa;b\r\n1;2\r\n', ['a', 'b'], [['1', '2']]],
    ['tabs', 'a.tsv', 'a\tb\n1,5\t2\n', ['a', 'b'], [['1,5', '2']]],
    [
      'rows that are short or long',
      'a.csv',
      'a,b\n1\n1,2,3\n',
      ['a', 'b'],
      [
        ['1', ''],
        ['1', '2'],
      ],
    ],
    [
      'lines of JSON with other keys',
      'a.jsonl',
      '{"a":1}\n{"b":{"c":null},"a":"x"}\n',
      ['a', 'b'],
      [
        ['1', ''],
        ['x', '{"c":null}'],
      ],
    ],
    ['lines of JSON that are no objects', 'a.jsonl', '1\n[2]\n', ['value'], [['1'], ['[2]']]],
  ];
  for (const [what, path, text, columns, rows] of cases) {
    it(`has ${what}`, () => {
      const table = readDataTable(path, text, true)!;
      assert.deepEqual([table.columns, table.rows, table.hasMore], [columns, rows, false]);
    });
  }

  it('is bounded in rows, columns and cells, and says what is left', () => {
    const wide = Array.from({ length: 60 }, (_, at) => `c${at}`).join(',');
    const table = readDataTable('a.csv', `${wide}\n${`${'x'.repeat(500)}\n`.repeat(150)}`, true)!;
    assert.deepEqual([table.columns.length, table.columnsLeft, table.rows.length, table.hasMore], [50, 10, 100, true]);
    assert.equal(table.rows[0]![0]!.length, 301);
  });

  it('leaves out the line in which the text was cut', () => {
    const table = readDataTable('a.csv', 'a,b\n1,2\n3', false)!;
    assert.deepEqual([table.rows, table.hasMore], [[['1', '2']], true]);
  });

  it('is none where a line is no JSON, and in an empty file', () => {
    assert.equal(readDataTable('a.jsonl', '{"a":1}\nnope\n', true), null);
    assert.equal(readDataTable('a.csv', '\n', true), null);
  });
});

import assert from 'node:assert/strict';
import { readDataTable } from '../../../../server/pages/files/content/dataTable.js';

type Problems = readonly (readonly [line: number, problem: string])[];

function tableOf(path: string, text: string, isWhole = true) {
  const table = readDataTable(path, text, isWhole);
  assert.ok(table && 'rows' in table);
  const problems: Problems = table.rows.flatMap(({ line, problem }) => (problem ? [[line, problem] as const] : []));
  return { ...table, cells: table.rows.map(({ cells }) => cells), problems };
}

describe('the table in a file', () => {
  const cases: readonly [string, string, string, readonly string[], readonly (readonly string[])[]][] = [
    ['commas', 'a.csv', 'a,b\n1,"x, ""y"""\n', ['a', 'b'], [['1', 'x, "y"']]],
    ['semicolons and a byte-order mark', 'a.csv', '\ufeffa;b\r\n1;2\r\n', ['a', 'b'], [['1', '2']]],
    ['tabs', 'a.tsv', 'a\tb\n1,5\t2\n', ['a', 'b'], [['1,5', '2']]],
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
      const table = tableOf(path, text);
      assert.deepEqual([table.columns, table.cells, table.hasMore, table.problems], [columns, rows, false, []]);
    });
  }

  const broken: readonly [string, string, string, readonly (readonly string[])[], Problems][] = [
    [
      'a row that is short and one that is long',
      'a.csv',
      'a,b\n1\n\n1,2,3\n',
      [
        ['1', '', ''],
        ['1', '2', '3'],
      ],
      [
        [2, 'has 1 cell, the first line 2'],
        [4, 'has 3 cells, the first line 2'],
      ],
    ],
    [
      'a quote that nothing closes, after a cell of two lines',
      'a.csv',
      'a,b\n"x\ny",2\n3,"open\n5,6\n',
      [
        ['x\ny', '2'],
        ['3', '"open'],
        ['5', '6'],
      ],
      [[4, 'opens a quote that nothing closes']],
    ],
    [
      'a line of JSON that breaks off',
      'a.jsonl',
      '{"a":1,"b":2}\n\n{"a":\n{"a":3}\n',
      [['1', '2'], ['{"a":'], ['3', '']],
      [[3, 'is not JSON']],
    ],
    [
      'a line of JSON with a fault inside',
      'a.jsonl',
      '{"a":1}\n{"a" 2}\n',
      [['1'], ['{"a" 2}']],
      [[2, 'is not JSON from character 6 on']],
    ],
  ];
  for (const [what, path, text, cells, problems] of broken) {
    it(`tells the line of ${what}, and shows the rest`, () => {
      const table = tableOf(path, text);
      assert.deepEqual([table.cells, table.problems], [cells, problems]);
    });
  }

  it('is bounded in rows, columns and cells, and says what is left', () => {
    const wide = Array.from({ length: 60 }, (_, at) => `c${at}`).join(',');
    const table = tableOf('a.csv', `${wide}\n${`${'x'.repeat(500)}\n`.repeat(150)}`);
    assert.deepEqual([table.columns.length, table.columnsLeft, table.rows.length, table.hasMore], [50, 10, 100, true]);
    assert.equal(table.cells[0]![0]!.length, 301);
  });

  it('leaves out the line in which the text was cut', () => {
    const table = tableOf('a.csv', 'a,b\n1,2\n3', false);
    assert.deepEqual([table.cells, table.hasMore], [[['1', '2']], true]);
  });

  it('is none in an empty file, and where no line is JSON', () => {
    assert.equal(readDataTable('a.csv', '\n', true), null);
    assert.deepEqual(readDataTable('a.jsonl', '\n{\n  "a": 1\n}\n', true), {
      problem: 'Line 2 is not JSON from character 2 on, nor is any that follows.',
    });
  });
});

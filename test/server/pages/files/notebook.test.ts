import assert from 'node:assert/strict';
import { readNotebook } from '../../../../server/pages/files/content/notebook.js';

const png = 'iVBORw0KGgo=';
const notebook = (cells: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ nbformat: 4, cells, ...more });
const outputsOf = (...outputs: readonly unknown[]) =>
  readNotebook(notebook([{ cell_type: 'code', source: '', outputs }]))!.cells[0]!.outputs;

describe('a notebook', () => {
  it('has its cells in order, with their language', () => {
    const read = readNotebook(
      notebook(
        [
          { cell_type: 'markdown', source: ['# a\n', 'b'] },
          { cell_type: 'code', execution_count: 3, source: 'x' },
          { cell_type: 'strange', source: 5 },
        ],
        { metadata: { language_info: { name: 'Python' } } },
      ),
    )!;
    assert.equal(read.language, 'python');
    assert.deepEqual(
      read.cells.map(({ kind, source, count }) => [kind, source, count]),
      [
        ['markdown', '# a\nb', null],
        ['code', 'x', 3],
        ['raw', '', null],
      ],
    );
  });

  it('shows texts without the colours of a terminal, pictures, and of rich outputs the plain form', () => {
    const [stream, error, image, html, plain] = outputsOf(
      { output_type: 'stream', name: 'stdout', text: ['a\n', 'b\n'] },
      { output_type: 'error', traceback: ['\u001b[0;31mE\u001b[0m', 'at x'] },
      { output_type: 'display_data', data: { 'image/png': [png], 'text/plain': 'fig' } },
      { output_type: 'display_data', data: { 'text/html': '<b>' } },
      { output_type: 'execute_result', data: { 'text/html': '<b>', 'text/plain': ['1'] } },
    );
    assert.deepEqual(stream, { kind: 'text', text: 'a\nb', isError: false });
    assert.deepEqual(error, { kind: 'text', text: 'E\nat x', isError: true });
    assert.deepEqual(image, { kind: 'image', src: `data:image/png;base64,${png}` });
    assert.deepEqual(html, { kind: 'other', types: 'text/html' });
    assert.deepEqual(plain, { kind: 'text', text: '1', isError: false });
  });

  it('takes no picture that is none, and no more than a page can carry', () => {
    assert.deepEqual(outputsOf({ output_type: 'display_data', data: { 'image/png': '"><script>' } }), [
      { kind: 'other', types: 'image/png' },
    ]);
    const large = 'A'.repeat(3_000_000);
    const kinds = outputsOf(...Array.from({ length: 2 }, () => ({ data: { 'image/png': large } }))).map(
      ({ kind }) => kind,
    );
    assert.deepEqual(kinds, ['image', 'other']);
  });

  it('is bounded in cells and in what a cell holds', () => {
    const read = readNotebook(
      notebook(Array.from({ length: 400 }, () => ({ cell_type: 'code', source: 'x'.repeat(30_000) }))),
    )!;
    assert.deepEqual([read.cells.length, read.left], [300, 100]);
    assert.ok(read.cells[0]!.source.length < 20_010);
  });

  it('may be of the older form, and is none in anything else', () => {
    const older = readNotebook(
      JSON.stringify({ nbformat: 3, worksheets: [{ cells: [{ cell_type: 'code', input: 'x' }] }] }),
    );
    assert.equal(older!.cells[0]!.source, 'x');
    for (const text of ['', '[]', 'null', '{"cells": {}}', '{"cells": []}', 'nope'])
      assert.equal(readNotebook(text), null);
  });
});

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

  it('shows texts without the colours of a terminal and what was written over, and pictures', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const [stream, bar, error, short, image, drawing, json] = outputsOf(
      { output_type: 'stream', name: 'stdout', text: ['a\n', 'b\n'] },
      { output_type: 'stream', name: 'stderr', text: '10 %\r50 %\r100 %\nend\r\n' },
      { output_type: 'error', traceback: ['\u001b[0;31mE\u001b[0m', 'at x'] },
      { output_type: 'error', ename: 'KeyError', evalue: "'x'", traceback: [] },
      { output_type: 'display_data', data: { 'image/png': [png], 'text/plain': 'fig' } },
      { output_type: 'display_data', data: { 'image/svg+xml': [svg], 'text/plain': 'fig' } },
      { output_type: 'display_data', data: { 'application/json': { a: 1 } } },
    );
    assert.deepEqual(stream, { kind: 'text', text: 'a\nb', isError: false });
    assert.deepEqual(bar, { kind: 'text', text: '100 %\nend', isError: true });
    assert.deepEqual(error, { kind: 'text', text: 'E\nat x', isError: true });
    assert.deepEqual(short, { kind: 'text', text: "KeyError: 'x'", isError: true });
    assert.deepEqual(image, { kind: 'image', src: `data:image/png;base64,${png}` });
    assert.deepEqual(drawing, {
      kind: 'image',
      src: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    });
    assert.deepEqual(json, { kind: 'text', text: '{\n  "a": 1\n}', isError: false });
  });

  it('has the pictures that a cell brings along, by name', () => {
    const attachments = { 'a b.png': { 'image/png': png }, 'x.svg': { 'text/plain': 'no picture' }, bad: 5 };
    const read = readNotebook(notebook([{ cell_type: 'markdown', source: '![](attachment:a%20b.png)', attachments }]))!;
    assert.deepEqual([...read.cells[0]!.attachments], [['a b.png', `data:image/png;base64,${png}`]]);
  });

  it('has HTML, Markdown and formulas for the renderer of cards, and the plain form beside them', () => {
    const [html, both, markdown, latex, script] = outputsOf(
      { output_type: 'display_data', data: { 'text/html': '<table>\n\n    <tr>' } },
      { output_type: 'execute_result', data: { 'text/html': '<b>', 'text/plain': ['1'] } },
      { output_type: 'display_data', data: { 'text/markdown': '**a**' } },
      { output_type: 'display_data', data: { 'text/latex': '$\\frac{1}{2}$', 'text/plain': '1/2' } },
      { output_type: 'display_data', data: { 'application/x': {} } },
    );
    const other = (types: string) => ({ kind: 'other', types });
    assert.deepEqual(html, { kind: 'rich', markdown: '<div>\n<table>\n<tr>\n</div>', plain: other('text/html') });
    assert.deepEqual(both, {
      kind: 'rich',
      markdown: '<div>\n<b>\n</div>',
      plain: { kind: 'text', text: '1', isError: false },
    });
    assert.deepEqual(markdown, { kind: 'rich', markdown: '**a**', plain: other('text/markdown') });
    assert.deepEqual(latex, {
      kind: 'rich',
      markdown: '$$\n\\frac{1}{2}\n$$',
      plain: { kind: 'text', text: '1/2', isError: false },
    });
    assert.deepEqual(script, other('application/x'));
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

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../../config/projectRoot.js';
import { type Asker, loadedFolder } from '../../loadedFixture.js';

interface Case {
  readonly data: Readonly<Record<string, readonly (string | number)[]>>;
  readonly answers: readonly (string | number)[];
}

const fixtures = path.join(projectRoot, 'test', 'fixtures', 'tabular');

function caseOf(name: string): Case {
  return JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), 'utf8')) as Case;
}

function rowsOf(data: Case['data']): (string | number)[][] {
  const columns = Object.values(data);
  return columns[0]!.map((_, row) => columns.map((column) => column[row]!));
}

describe('tabular tasks', () => {
  const folders: string[] = [];

  /** A repository that holds the graph under its own name, and maybe a config.json. */
  async function asker(name: string, config: unknown = null): Promise<Asker> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tabular-'));
    folders.push(folder);
    copyFileSync(path.join(fixtures, `${name}.onnx`), path.join(folder, `${name}.onnx`));
    if (config !== null) writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    return loadedFolder(folder);
  }

  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('labels of one matrix, as texts beside probabilities that are maps, and as numbers', async () => {
    for (const name of ['zipmap', 'classes']) {
      const { data, answers } = caseOf(name);
      const ask = await asker(name);
      assert.deepEqual(await ask('tabular-classification', { data }), answers);
      assert.deepEqual(await ask('tabular-classification', { data: rowsOf(data) }), answers);
    }
  });

  it('an input for each column, of texts, whole numbers and floats', async () => {
    const { data, answers } = caseOf('columns');
    const ask = await asker('columns');
    const turned = Object.fromEntries(Object.entries(data).reverse());
    const written = Object.fromEntries(Object.entries(data).map(([name, cells]) => [name, cells.map(String)]));
    for (const given of [data, turned, written, rowsOf(data)]) {
      const found = (await ask('tabular-regression', { data: given })) as number[];
      assert.equal(found.length, answers.length);
      found.forEach((value, row) => {
        assert.ok(Math.abs(value - Number(answers[row])) < 1e-4, `row ${row}: ${value}`);
      });
    }
  });

  it('columns of a matrix go into the order that config.json names', async () => {
    const { data, answers } = caseOf('zipmap');
    const ask = await asker('zipmap', { sklearn: { columns: ['a', 'b', 'c'] } });
    const turned = Object.fromEntries(Object.entries(data).reverse());
    assert.deepEqual(await ask('tabular-classification', { data: turned }), answers);
    await assert.rejects(ask('tabular-classification', { data: { a: [1], b: [1], d: [1] } }), /lacks .*"c"/);
    await assert.rejects(ask('tabular-classification', { data: { ...data, d: data.a } }), /has not: "d"/);
  });

  it('refuses what is no table of the model, and says why', async () => {
    const ask = await asker('zipmap');
    const refused = (data: unknown, reason: RegExp) =>
      assert.rejects(ask('tabular-classification', { data }), { code: 'INFERENCE_INPUT_INVALID', message: reason });
    await refused({ a: [1], b: [1] }, /has 2 columns; the model takes 3/);
    await refused({ a: [1, 2], b: [1], c: [1] }, /different lengths/);
    await refused({ a: [1], b: ['x'], c: [1] }, /row 1 of column "b" is no number: "x"/);
    await refused([], /is empty/);
    await refused('a,b', /takes a map of names/);
    await refused(Array(10_001).fill([1, 2, 3]), /at most 10000 are answered/);
    const columns = await asker('columns');
    const half = { data: { colour: ['red'], rooms: [1.5], area: [1] } };
    await assert.rejects(columns('tabular-regression', half), /row 1 of column "rooms" is no whole number/);
    await assert.rejects(
      columns('tabular-classification', half),
      /none of its graph's outputs .* variable \(float32\)/,
    );
  });
});

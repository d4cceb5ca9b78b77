import { dataAddress } from './json.js';
import { listOf, numberOf } from './shapes.js';
import { Scrolled } from './tables.js';

/** So many numbers are shown; the rest is to be downloaded. */
const shownCells = 2000;
const shownRows = 40;
const steps = 4;

/** Numbers of a list or a table, with the shape of the whole; null when the answer is something else. */
export function VectorView({ output }: { output: unknown }) {
  const shape = shapeOf(output);
  if (!shape) return null;
  const matrix = matrixOf(output);
  if (!matrix) return null;
  const [first = []] = matrix;
  return (
    <>
      <p class="widget-answer">
        <span class="mono">{shape.join(' × ')}</span> <span class="widget-note">{nameOf(shape)}</span>
      </p>
      {matrix.length === 1 ? <List numbers={first} /> : <HeatTable matrix={matrix} />}
      <Downloads output={output} matrix={matrix} isTable={shape.slice(0, -2).every((length) => length === 1)} />
    </>
  );
}

function List({ numbers }: { readonly numbers: readonly number[] }) {
  const rest = numbers.length - shownCells;
  return (
    <>
      <section class="cells-scroll" tabindex={0} aria-label="Numbers by their place">
        <ol class="vector">
          {numbers.slice(0, shownCells).map((number, index) => (
            <li key={index}>
              <span class="vector-place">{index}</span> {number.toFixed(4)}
            </li>
          ))}
        </ol>
      </section>
      {rest > 0 && <p class="widget-note">and {rest} more.</p>}
    </>
  );
}

/** Rows of numbers, tinted by how far they are from zero on either side; the number stands in each. */
function HeatTable({ matrix }: { readonly matrix: readonly (readonly number[])[] }) {
  const rows = matrix.slice(0, shownRows);
  const width = matrix[0]!.length;
  const columns = Math.min(width, Math.floor(shownCells / rows.length));
  const most = rows.flat().reduce((most, number) => Math.max(most, Math.abs(number)), Number.MIN_VALUE);
  return (
    <>
      <Scrolled label="Numbers, a row for each vector" rest={0}>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Vector</span>
            </th>
            {Array.from({ length: columns }, (_, column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((numbers, row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {numbers.slice(0, columns).map((number, column) => (
                <td key={column} class={tintOf(number / most)}>
                  {number.toFixed(3)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Scrolled>
      <p class="legend heat-legend">
        <span class={tintOf(-1)}>{(-most).toFixed(2)}</span> <span>0</span>{' '}
        <span class={tintOf(1)}>{most.toFixed(2)}</span>
        {(columns < width || rows.length < matrix.length) && (
          <span>
            The first {rows.length} × {columns} of {matrix.length} × {width} are shown.
          </span>
        )}
      </p>
    </>
  );
}

/** `heat-n1` to `heat-n4` below zero, `heat-p1` to `heat-p4` above; none about zero. */
function tintOf(share: number): string | undefined {
  const step = Math.round(Math.abs(share) * steps);
  if (step === 0) return undefined;
  return `heat-${share < 0 ? 'n' : 'p'}${Math.min(step, steps)}`;
}

const maxDownload = 2_000_000;

interface DownloadsProps {
  readonly output: unknown;
  readonly matrix: readonly (readonly number[])[];
  /** All numbers are in the matrix. */
  readonly isTable: boolean;
}

function Downloads({ output, matrix, isTable }: DownloadsProps) {
  const json = JSON.stringify(output);
  if (json.length > maxDownload) return <p class="widget-note">The API gives all of it.</p>;
  const lines = matrix.length === 1 ? matrix[0]!.map(String) : matrix.map((row) => row.join(','));
  return (
    <p class="widget-note">
      Download as{' '}
      <a href={dataAddress('application/json', json)} download="vectors.json">
        JSON
      </a>
      {isTable && (
        <>
          {' '}
          or{' '}
          <a href={dataAddress('text/csv', lines.join('\n'))} download="vectors.csv">
            CSV
          </a>
        </>
      )}
    </p>
  );
}

/** The first table of numbers in nested lists; a list is a table of one row. */
function matrixOf(output: unknown): readonly (readonly number[])[] | null {
  let at: unknown = output;
  while (Array.isArray(at) && Array.isArray(at[0]) && Array.isArray(at[0][0])) at = at[0];
  if (!Array.isArray(at)) return null;
  const rows: unknown[] = Array.isArray(at[0]) ? at : [at];
  return listOf(rows, (row) => (Array.isArray(row) ? listOf(row, numberOf) : null));
}

function shapeOf(output: unknown): number[] | null {
  const shape: number[] = [];
  for (let at: unknown = output; Array.isArray(at); at = at[0]) {
    if (at.length === 0 || shape.length === 4) return null;
    shape.push(at.length);
  }
  return shape.length > 0 ? shape : null;
}

function nameOf(shape: readonly number[]): string {
  if (shape.length === 1) return 'one vector for the text';
  return shape.length === 2 ? 'vectors' : 'texts × tokens × numbers';
}

import { isJsonObject } from '../../config/jsonObject.js';
import { breakable } from '../components/breakable.js';
import { type CellTable, tableOf } from './cells.js';
import { Empty } from './empty.js';
import type { WidgetValues } from './inputs.js';
import { listOf, numberOf } from './shapes.js';

const shownRows = 100;

interface Place {
  readonly row: number;
  readonly column: number;
}

/** What is done with the cells that answer a question, and the table with them marked; null when it has another form. */
export function TableAnswer({ output, values }: { readonly output: unknown; readonly values: WidgetValues }) {
  if (!isJsonObject(output) || typeof output.answer !== 'string') return null;
  const { answer, cells, coordinates, aggregator } = output;
  if (Array.isArray(cells) && cells.length === 0) return <Empty what="No matches: the model chose no cell." />;
  const places = Array.isArray(coordinates) ? (listOf(coordinates, placeOf) ?? []) : [];
  const table = places.length > 0 ? tableOf(values.table ?? '') : null;
  const found = Array.isArray(cells) ? cells.map(String) : [];
  const isReckoned = typeof aggregator === 'string' && aggregator !== 'NONE';
  return (
    <>
      <p class="widget-answer">
        <strong dir="auto">{isReckoned ? answer : answer.replace(/^NONE > /, '')}</strong>
      </p>
      {found.length > 0 && (
        <p class="widget-matches">
          {found.length === 1 ? '1 match:' : `${found.length} matches:`}{' '}
          {found.slice(0, shownRows).map((cell, index) => (
            <mark key={index} dir="auto">
              {cell}
            </mark>
          ))}
          {isReckoned && <span class="mono"> · {aggregator}</span>}
        </p>
      )}
      {table && <Table table={table} places={places} />}
    </>
  );
}

function Table({ table: { columns, rows }, places }: { readonly table: CellTable; readonly places: readonly Place[] }) {
  const isFound = (row: number, column: number) => places.some((place) => place.row === row && place.column === column);
  return (
    <Scrolled label="The table with the cells found" rest={rows.length - shownRows}>
      <Heads names={columns} />
      <tbody>
        {rows.slice(0, shownRows).map((cells, row) => (
          <tr key={row} class={places.some((place) => place.row === row) ? 'row-found' : undefined}>
            {cells.map((cell, column) => (
              <td key={column} dir="auto" class={isFound(row, column) ? 'cell-found' : undefined}>
                {isFound(row, column) ? <mark>{cell}</mark> : cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Scrolled>
  );
}

/** The rows that were asked about, with what is predicted for each; null when the answer has another form. */
export function Predictions({ output, values }: { readonly output: unknown; readonly values: WidgetValues }) {
  if (!Array.isArray(output) || output.length === 0 || output.some((value) => isJsonObject(value))) return null;
  const predicted = output.map((value: unknown) => [value].flat().map(String).join(', '));
  const table = tableOf(values.structured_data ?? '');
  const isWhole = table?.rows.length === predicted.length;
  const columns = isWhole ? table.columns : ['Row'];
  return (
    <Scrolled label="Predictions" rest={predicted.length - shownRows}>
      <Heads names={columns} last="Prediction" />
      <tbody>
        {predicted.slice(0, shownRows).map((prediction, row) => (
          <tr key={row}>
            {(isWhole ? table.rows[row]! : [String(row + 1)]).map((cell, column) => (
              <td key={column} dir="auto">
                {cell}
              </td>
            ))}
            <td dir="auto" class="predicted">
              <strong>{prediction}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </Scrolled>
  );
}

/** @param last the column that a model added */
function Heads({ names, last }: { readonly names: readonly string[]; readonly last?: string }) {
  return (
    <thead>
      <tr>
        {names.map((name, index) => (
          <th key={index} scope="col" dir="auto">
            {breakable(name)}
          </th>
        ))}
        {last && (
          <th scope="col" class="predicted">
            {last}
          </th>
        )}
      </tr>
    </thead>
  );
}

interface ScrolledProps {
  readonly label: string;
  /** Rows that are not shown. */
  readonly rest: number;
  readonly children: preact.ComponentChildren;
}

/** A table that scrolls inside itself. */
export function Scrolled({ label, rest, children }: ScrolledProps) {
  return (
    <>
      <section class="cells-scroll" tabindex={0} aria-label={label}>
        <table class="cells">{children}</table>
      </section>
      {rest > 0 && <p class="widget-note">and {rest} more rows: see the JSON output.</p>}
    </>
  );
}

function placeOf(value: unknown): Place | null {
  if (!Array.isArray(value)) return null;
  const [row, column] = value.map(numberOf);
  return row === null || row === undefined || column === null || column === undefined ? null : { row, column };
}

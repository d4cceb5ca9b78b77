import { Notice } from '../../../components/notice.js';
import { formatCount, plural } from '../../../format.js';

/** The first rows of a table in a file. */
export interface DataTableView {
  readonly columns: readonly string[];
  readonly rows: readonly DataRow[];
  /** Columns that are not shown. */
  readonly columnsLeft: number;
  /** Whether there are rows that are not shown. */
  readonly hasMore: boolean;
}

export interface DataRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** `has 2 cells, the first line 3` */
  readonly problem: string | null;
  /** It could not be parted: its text is the only cell. */
  readonly isText?: boolean;
}

const maxProblems = 5;

export function DataTable({ table, label }: { readonly table: DataTableView; readonly label: string }) {
  return (
    <>
      <Problems rows={table.rows} />
      <p class="quiet small">
        {table.hasMore ? `The first ${formatCount(table.rows.length)} rows` : rowCount(table)}
        {table.columnsLeft > 0 && ` and ${formatCount(table.columns.length)} columns; ${table.columnsLeft} more`}
      </p>
      <section class="table-scroll data-table" tabindex={0} aria-label={label}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="number">
                Row
              </th>
              {table.columns.map((column, index) => (
                <th key={index} scope="col" dir="auto">
                  {column || <span class="visually-hidden">Column {index + 1}, without a name</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ cells, problem, isText }, index) => (
              <tr key={index} class={problem === null ? undefined : 'data-odd'}>
                <th scope="row" class="number quiet">
                  {index + 1}
                </th>
                {cells.map((cell, at) => (
                  <td key={at} dir="auto" colspan={isText ? table.columns.length : undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function rowCount({ rows, columns }: DataTableView): string {
  if (rows.length === 0) return 'Its only line is read as the names of columns';
  const alone = columns.length === 1 ? ' of one column' : '';
  return plural(rows.length, 'row') + alone;
}

/** What is wrong, at which line: the rows are shown as far as they could be read. */
function Problems({ rows }: Pick<DataTableView, 'rows'>) {
  const odd = rows.filter(({ problem }) => problem !== null);
  if (odd.length === 0) return null;
  const [first] = odd;
  if (odd.length === 1)
    return (
      <Notice tone="warn">
        Line {formatCount(first!.line)} {first!.problem}. The rest is shown as it could be read.
      </Notice>
    );
  return (
    <Notice tone="warn">
      {plural(odd.length, 'line')} are not in order; they are shown as they could be read:
      <ul class="data-problems">
        {odd.slice(0, maxProblems).map(({ line, problem }) => (
          <li key={line}>
            Line {formatCount(line)} {problem}
          </li>
        ))}
        {odd.length > maxProblems && <li>and {plural(odd.length - maxProblems, 'more line')}</li>}
      </ul>
    </Notice>
  );
}

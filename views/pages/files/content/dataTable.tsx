import { formatCount, plural } from '../../../format.js';

/** The first rows of a table in a file. */
export interface DataTableView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are not shown. */
  readonly columnsLeft: number;
  /** Whether there are rows that are not shown. */
  readonly hasMore: boolean;
}

export function DataTable({ table, label }: { readonly table: DataTableView; readonly label: string }) {
  return (
    <>
      <p class="quiet small">
        {table.hasMore ? `The first ${formatCount(table.rows.length)} rows` : plural(table.rows.length, 'row')}
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
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, index) => (
              <tr key={index}>
                <th scope="row" class="number quiet">
                  {index + 1}
                </th>
                {row.map((cell, at) => (
                  <td key={at} dir="auto">
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

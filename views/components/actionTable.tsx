import type { ComponentChildren } from 'preact';

interface ActionTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** What its last column, of buttons, is called for those who hear the page; null = it has none. */
  readonly actions?: string | null;
  /** Heads of columns of numbers. */
  readonly numbers?: readonly string[];
  /** Rows: a `<th scope="row">`, an `ActionCell` for each other head, one without a head for the buttons. */
  readonly children: ComponentChildren;
}

/** A table of things that one does something with, or follows. On narrow screens each row is a card: nothing of it is to be scrolled for. */
export function ActionTable({ label, heads, actions = 'Actions', numbers = [], children }: ActionTableProps) {
  return (
    <section class="table-scroll" tabindex={0} aria-label={label}>
      <table class="table action-table">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" class={numbers.includes(head) ? 'number' : undefined}>
                {head}
              </th>
            ))}
            {actions && (
              <th scope="col">
                <span class="visually-hidden">{actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

interface ActionCellProps {
  /** The column's, which stands beside the value where columns have no room. */
  readonly head?: string;
  readonly class?: string;
  readonly colspan?: number;
  readonly dir?: 'auto';
  readonly children?: ComponentChildren;
}

export function ActionCell({ head, children, ...attributes }: ActionCellProps) {
  return (
    <td {...attributes} data-head={head}>
      {children}
    </td>
  );
}

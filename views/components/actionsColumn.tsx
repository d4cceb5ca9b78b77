/** The head of a table's last column, which holds buttons. */
export function ActionsColumn() {
  return (
    <th scope="col">
      <span class="visually-hidden">Actions</span>
    </th>
  );
}

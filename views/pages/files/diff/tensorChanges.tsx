import { Notice } from '../../../components/notice.js';
import { formatCount } from '../../../format.js';

/** What became of the tensors of a weight file. */
export interface TensorChanges {
  readonly counts: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly same: number;
  };
  /** The first ones, as `F32 [2, 3]`. */
  readonly added: readonly { readonly name: string; readonly form: string }[];
  readonly removed: readonly { readonly name: string; readonly form: string }[];
  readonly changed: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  /** False where a file has more tensors than were compared. */
  readonly isWhole: boolean;
}

export function Tensors({ tensors }: { readonly tensors: TensorChanges | { readonly problem: string } }) {
  if ('problem' in tensors) return <Notice tone="warn">Its tensors cannot be compared: {tensors.problem}</Notice>;
  const { counts, added, removed, changed } = tensors;
  const rows = [
    ...changed.map(({ name, before, after }) => ({ kind: 'changed', sign: '~', name, form: `${before} → ${after}` })),
    ...removed.map(({ name, form }) => ({ kind: 'removed', sign: '−', name, form })),
    ...added.map(({ name, form }) => ({ kind: 'added', sign: '+', name, form })),
  ];
  const left = counts.added + counts.removed + counts.changed - rows.length;
  return (
    <div class="tensor-changes">
      <p>
        Tensors: {formatCount(counts.added)} added, {formatCount(counts.removed)} removed, {formatCount(counts.changed)}{' '}
        of another type or shape, {formatCount(counts.same)} of the same.
        {!tensors.isWhole && ' Only the first tensors of the files were compared.'}
      </p>
      {rows.length > 0 && (
        <details open={rows.length <= 20}>
          <summary>Which ones</summary>
          <table class="tensor-rows">
            <thead class="visually-hidden">
              <tr>
                <th scope="col">Change</th>
                <th scope="col">Name</th>
                <th scope="col">Type and shape</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ kind, sign, name, form }, index) => (
                <tr key={index}>
                  <td class={`mono ${kind}`}>
                    <span aria-hidden="true">{sign}</span> <span class="visually-hidden">{kind}</span>
                  </td>
                  <td class="mono breaks">{name}</td>
                  <td class="mono breaks">{form}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {left > 0 && <p class="quiet small">{formatCount(left)} more are not listed.</p>}
        </details>
      )}
    </div>
  );
}

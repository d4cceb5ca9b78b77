export interface Scored {
  readonly label: string;
  readonly score: number;
}

const shownAtFirst = 5;
const shownAtMost = 200;
/** The longest bar leaves room, so that it does not look like "all of it". */
const longest = 80;

/**
 * Labels with a bar and a score each, in the answer's order; the first five, the rest folded away.
 * @param signed scores from −1 to 1, with the zero in the middle; else the top score sets the scale
 * @param sortable the answer's order is not that of the scores: a button of `<hub-widget>` sorts
 * @param linked rows belong to the places of a drawing, in its order
 */
export function Bars({
  rows,
  signed = false,
  all = false,
  sortable = false,
  linked = false,
}: {
  rows: readonly Scored[];
  signed?: boolean;
  all?: boolean;
  sortable?: boolean;
  linked?: boolean;
}) {
  const first = all ? shownAtMost : shownAtFirst;
  const rest = rows.slice(first, shownAtMost);
  const top = rows.reduce((most, { score }) => Math.max(most, score), Number.MIN_VALUE);
  const table = (some: readonly Scored[], from: number) => (
    <BarTable rows={some} top={top} signed={signed} linkedFrom={linked ? from : null} />
  );
  return (
    <div class="bars">
      <p class="bars-ways" hidden data-ways>
        {sortable && rows.length > 1 && (
          <button type="button" class="link-button" aria-pressed="false" data-sort>
            Sort
          </button>
        )}
        {!signed && (
          <button type="button" class="link-button" aria-pressed="false" data-percent>
            Percent
          </button>
        )}
      </p>
      {signed && (
        <p class="bars-axis mono" aria-hidden="true">
          <span>−1</span>
          <span>0</span>
          <span>1</span>
        </p>
      )}
      {table(rows.slice(0, first), 0)}
      {rest.length > 0 && (
        <details>
          <summary>Show {rest.length} more</summary>
          {table(rest, first)}
        </details>
      )}
      {rows.length > shownAtMost && <p class="widget-note">The JSON output has all {rows.length}.</p>}
    </div>
  );
}

interface BarTableProps {
  readonly rows: readonly Scored[];
  readonly top: number;
  readonly signed: boolean;
  readonly linkedFrom: number | null;
}

function BarTable({ rows, top, signed, linkedFrom }: BarTableProps) {
  return (
    <table>
      <caption class="visually-hidden">Labels and scores</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Label</th>
          <th scope="col">Score</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, score }, index) => (
          <tr key={index} data-part={linkedFrom === null ? undefined : linkedFrom + index}>
            <th scope="row" dir="auto">
              {label.trim() === '' ? '(empty)' : label}
              <Bar {...(signed ? signedBar(score) : { from: 0, width: (clamp(score, 0, top) / top) * longest })} />
            </th>
            <td data-score={score}>{score.toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function signedBar(score: number): { from: number; width: number; zero: number } {
  const end = 50 + clamp(score, -1, 1) * 50;
  return { from: Math.min(50, end), width: Math.abs(end - 50), zero: 50 };
}

function Bar({ from, width, zero }: { from: number; width: number; zero?: number }) {
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-ground" width={100} height={6} />
      <rect class="bar-value" x={from.toFixed(2)} width={Math.max(width, 0.5).toFixed(2)} height={6} />
      {zero !== undefined && <rect class="bar-zero" x={zero} width={0.4} height={6} />}
    </svg>
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

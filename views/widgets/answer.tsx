interface Scored {
  readonly label: string;
  readonly score: number;
}

/** What a model answered, in the form that suits the task. Anything unforeseen is shown as JSON. */
export function WidgetAnswer({
  task,
  output,
  values,
}: {
  task: string;
  output: unknown;
  values: Readonly<Record<string, string>>;
}) {
  const rows = scoredRows(task, output, values);
  if (rows) return <ScoreTable rows={rows} />;
  if (task === 'token-classification' && Array.isArray(output))
    return <Entities text={values.text ?? ''} entities={output as Entity[]} />;
  if (task === 'question-answering' && isObject(output)) {
    return (
      <p>
        <strong>{String(output.answer)}</strong> <span class="muted">{percent(Number(output.score))}</span>
      </p>
    );
  }
  return <JsonView output={output} />;
}

export function JsonView({ output }: { output: unknown }) {
  const text = JSON.stringify(output, null, 1);
  return (
    <pre class="widget-json" tabindex={0}>
      {text.length > 4000 ? `${text.slice(0, 4000)}…` : text}
    </pre>
  );
}

function ScoreTable({ rows }: { rows: readonly Scored[] }) {
  return (
    <table class="table widget-scores">
      <caption class="visually-hidden">Labels and scores</caption>
      <thead>
        <tr>
          <th scope="col">Label</th>
          <th scope="col">Score</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, 20).map((row) => (
          <tr key={row.label}>
            <th scope="row">{row.label}</th>
            <td>{row.score.toFixed(3)}</td>
            <td>
              <meter min={0} max={1} value={Math.max(0, Math.min(1, row.score))} aria-label={row.label}>
                {percent(row.score)}
              </meter>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Entity {
  readonly entity_group?: string;
  readonly entity?: string;
  readonly word: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

/** The text with its entities marked; offsets count code points. */
function Entities({ text, entities }: { text: string; entities: readonly Entity[] }) {
  if (entities.length === 0) return <p class="muted">No entities found.</p>;
  const points = [...text];
  const parts = [];
  let at = 0;
  for (const entity of [...entities].sort((a, b) => a.start - b.start)) {
    if (entity.start < at) continue;
    parts.push(points.slice(at, entity.start).join(''));
    parts.push(
      <mark key={entity.start} class="entity cat-1">
        {points.slice(entity.start, entity.end).join('')} <small>{entity.entity_group ?? entity.entity}</small>
      </mark>,
    );
    at = entity.end;
  }
  parts.push(points.slice(at).join(''));
  return (
    <p class="entities" dir="auto">
      {parts}
    </p>
  );
}

function scoredRows(task: string, output: unknown, values: Readonly<Record<string, string>>): readonly Scored[] | null {
  if (!Array.isArray(output)) return isObject(output) && Array.isArray(output.labels) ? labelled(output) : null;
  if (task === 'text-classification') return (Array.isArray(output[0]) ? output[0] : output) as Scored[];
  if (task === 'zero-shot-classification') return output as Scored[];
  if (task === 'fill-mask' && isObject(output[0])) {
    return (output as { token_str: string; score: number }[]).map(({ token_str, score }) => ({
      label: token_str.trim() || token_str,
      score,
    }));
  }
  if (task === 'sentence-similarity') {
    const sentences = (values.sentences ?? '').split(/\r?\n/).filter((line) => line.trim());
    return (output as number[]).map((score, index) => ({ label: sentences[index] ?? `Sentence ${index + 1}`, score }));
  }
  return null;
}

function labelled(output: Readonly<Record<string, unknown>>): readonly Scored[] {
  const labels = output.labels as string[];
  const scores = output.scores as number[];
  return labels.map((label, index) => ({ label, score: scores[index] ?? 0 }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

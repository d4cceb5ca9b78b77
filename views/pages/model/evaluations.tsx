import { datasetPart } from '../../../config/datasetPart.js';
import { metricLabel } from '../../../config/vocabulary/metrics.js';
import { breakable } from '../../components/breakable.js';
import { plural } from '../../format.js';
import { taskLabel } from '../../labels.js';
import { safeUrl } from '../../safe.js';
import { type AboutView, NamedLink } from './about.js';

type Row = AboutView['evaluations'][number];

interface Group {
  readonly key: string;
  readonly first: Row;
  readonly rows: readonly Row[];
}

const groupsShown = 6;

/** What `model-index` reports: a table with a head for each task and dataset, so that it fits a narrow column. */
export function Evaluations({ rows }: { readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  const groups = groupsOf(rows);
  const rest = groups.slice(groupsShown);
  return (
    <section class="panel">
      <h2>Evaluation results</h2>
      <ResultTable groups={groups.slice(0, groupsShown)} label="Evaluation results" />
      {rest.length > 0 && (
        <details>
          <summary>{plural(rest.length, 'more dataset')}</summary>
          <ResultTable groups={rest} label="More evaluation results" />
        </details>
      )}
      <p class="muted small">
        Self-reported: the values stand in the card, nobody measured them here
        {rows.some(({ metric }) => metric.verified) && ', nor checked the signature of those that it calls verified'}.
      </p>
    </section>
  );
}

function groupsOf(rows: readonly Row[]): readonly Group[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const { type, name, config = '', split = '' } = row.dataset;
    const key = JSON.stringify([row.task.type, row.task.name, type, name, config, split, row.source?.url]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, found]) => ({ key, first: found[0]!, rows: found }));
}

function ResultTable({ groups, label }: { readonly groups: readonly Group[]; readonly label: string }) {
  return (
    <table class="results" aria-label={label}>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      {groups.map(({ key, first, rows }) => (
        <tbody key={key}>
          <tr>
            <th scope="rowgroup" colSpan={2} dir="auto">
              <GroupHead row={first} />
            </th>
          </tr>
          {rows.map(({ metric, metricHref }, place) => {
            const name = metric.name ?? metricLabel(metric.type);
            return (
              <tr key={`${place} ${name}`}>
                <td dir="auto">
                  {metricHref ? <a href={safeUrl(metricHref)}>{breakable(name)}</a> : breakable(name)}
                  {metric.verified && <span class="muted small"> · said to be verified</span>}
                </td>
                <td class="number">{String(metric.value)}</td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

function GroupHead({ row: { task, dataset, datasetHref, source } }: { readonly row: Row }) {
  const part = datasetPart(dataset);
  return (
    <>
      {task.name ?? taskLabel(task.type)}
      {dataset.name && (
        <>
          {' · '}
          <NamedLink id={dataset.name} href={datasetHref} />
        </>
      )}
      {part && <span class="muted"> ({part})</span>}
      {source && (
        <>
          {' · '}
          <Source {...source} />
        </>
      )}
    </>
  );
}

/** What is no address of the web is shown, and leads nowhere. */
function Source({ name, url }: NonNullable<Row['source']>) {
  if (!/^https?:/i.test(url)) return <span dir="auto">{name ?? url}</span>;
  return (
    <a href={safeUrl(url)} rel="nofollow noopener ugc">
      {name ?? 'source'}
    </a>
  );
}

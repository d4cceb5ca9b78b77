import { repoKey, repoPath } from '../../config/repo.js';
import type { ModelRow as IndexedRow } from '../../indexer/search/types.js';
import { formatCount, formatParameters, formatShortCount, plural } from '../format.js';
import { taskIcon, taskLabel } from '../labels.js';
import { safeUrl } from '../safe.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';
import { Age } from './time.js';

/** A row of the index as somebody sees it. */
export interface ShownRow extends IndexedRow {
  /** Why administrators took it down; null = they did not. */
  readonly takenDown: string | null;
}

interface ModelRowProps {
  readonly row: ShownRow;
  readonly nowMs: number;
  /** What somebody wrote beside it. */
  readonly note?: string;
}

/** One repository of a list: a card whose whole area is one link. What is not known is left out. */
export function ModelRow({ row, nowMs, note }: ModelRowProps) {
  const { record, takenDown } = row;
  return (
    <li class="row">
      <article class="row-card" title={record?.summary ?? undefined}>
        <h3 class="row-name">
          <Avatar name={row.owner} />
          <a class="mono" href={safeUrl(repoPath(row))}>
            <span class="row-owner">{row.owner}/</span>
            <wbr />
            {row.name}
          </a>
          <Visibility isPrivate={row.private} isTakenDown={takenDown !== null} />
          {row.gated && <span class="badge">gated</span>}
        </h3>
        {takenDown && (
          <p class="row-reason">
            Taken down: <span dir="auto">{takenDown}</span>
          </p>
        )}
        {note && (
          <p class="small quiet breaks" dir="auto">
            {note}
          </p>
        )}
        <ul class="row-facts">
          {record?.pipelineTag && (
            <li>
              <Icon name={taskIcon(record.pipelineTag)} /> {taskLabel(record.pipelineTag)}
            </li>
          )}
          {record?.parameters && (
            <li title={`${formatCount(record.parameters.total)} parameters`}>
              {formatParameters(record.parameters.total)} params
            </li>
          )}
          <li>
            <span class="visually-hidden">Updated </span>
            <Age atMs={row.modifiedAtMs} nowMs={nowMs} />
          </li>
          {row.downloads > 0 && (
            <li title={`${plural(row.downloads, 'download')} in the last 30 days`}>
              <Icon name="download" /> {formatShortCount(row.downloads)}
              <span class="visually-hidden">{row.downloads === 1 ? ' download' : ' downloads'}</span>
            </li>
          )}
          {row.likes > 0 && (
            <li title={plural(row.likes, 'like')}>
              <Icon name="heart" /> {formatShortCount(row.likes)}
              <span class="visually-hidden">{row.likes === 1 ? ' like' : ' likes'}</span>
            </li>
          )}
          {row.ready && (
            <li class="row-ready">
              <Icon name="zap" /> widget ready
            </li>
          )}
        </ul>
      </article>
    </li>
  );
}

function Visibility({ isPrivate, isTakenDown }: { readonly isPrivate: boolean; readonly isTakenDown: boolean }) {
  if (isTakenDown)
    return (
      <span class="badge badge-danger">
        <Icon name="triangle-alert" /> taken down
      </span>
    );
  return isPrivate ? (
    <span class="badge">
      <Icon name="lock" /> private
    </span>
  ) : null;
}

export interface ModelRowsProps {
  readonly rows: readonly ShownRow[];
  readonly nowMs: number;
  readonly label: string;
  readonly columns?: 1 | 2;
}

export function ModelRows({ rows, nowMs, label, columns = 1 }: ModelRowsProps) {
  return (
    <ul class={columns === 2 ? 'rows rows-2' : 'rows'} aria-label={label}>
      {rows.map((row) => (
        <ModelRow key={repoKey(row)} row={row} nowMs={nowMs} />
      ))}
    </ul>
  );
}

import { IconsToRepeat, RepeatedIcon } from '../../components/icon.js';
import { MaybeLink } from '../../components/maybeLink.js';
import { Age } from '../../components/time.js';
import { formatBytes, plural } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { visibleText } from '../../visibleText.js';
import type { CommitLink } from './commitLink.js';

export interface TreeRow {
  /** Of a folder that holds one folder alone: both, `data/train`. */
  readonly name: string;
  /** Null where what is in it is not for the viewer. */
  readonly href: string | null;
  readonly kind: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly sizeBytes: number;
  readonly isLfs: boolean;
  readonly download: string | null;
  /** What unpickling would import; null for other files, 'late' while that is read. */
  readonly pickle: PickleBadge | null | 'late';
  /** Null when the change lies too far back, 'late' while git looks for it. */
  readonly commit: Pick<CommitLink, 'title' | 'href' | 'atMs'> | null | 'late';
}

export interface PickleBadge {
  readonly imports: number;
  readonly verdict: 'safe' | 'unknown' | 'dangerous';
}

const icons = { file: 'file', directory: 'folder', symlink: 'link', submodule: 'folder-git-2' } as const;

interface FileTableProps {
  readonly rows: readonly TreeRow[];
  readonly caption: string;
}

/** Files of a folder with the commit that touched each last. A folder has hundreds: cells are styled by their column. */
export function FileTable({ rows, caption }: FileTableProps) {
  return (
    <section class="table-scroll" tabindex={0} aria-label="Files">
      <IconsToRepeat names={[...new Set(rows.map(({ kind }) => icons[kind])), 'download']} />
      <table class="table file-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col">
              <span class="visually-hidden">Download</span>
            </th>
            <th scope="col">Last commit</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.name} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row: { name, href, kind, sizeBytes, isLfs, download, pickle, commit } }: { readonly row: TreeRow }) {
  const isLate = commit === 'late' || undefined;
  const shown = visibleText(name);
  return (
    <tr>
      <td data-late={pickle === 'late' || undefined}>
        <div>
          <RepeatedIcon name={icons[kind]} />
          <MaybeLink href={href}>
            <bdi>{shown}</bdi>
          </MaybeLink>
          {pickle && pickle !== 'late' && <Badge pickle={pickle} href={href} />}
        </div>
      </td>
      <td class="number">
        {isLfs && <span class="tag">LFS</span>} {kind === 'file' && formatBytes(sizeBytes)}
      </td>
      <td>
        {download && (
          <a href={safeUrl(download)} aria-label={`Download ${shown}`}>
            <RepeatedIcon name="download" />
          </a>
        )}
      </td>
      <td data-late={isLate}>
        {commit === 'late'
          ? '…'
          : commit && (
              <MaybeLink href={commit.href} dir="auto">
                {commit.title || '(no message)'}
              </MaybeLink>
            )}
      </td>
      <td data-late={isLate}>{commit && commit !== 'late' && <Age atMs={commit.atMs} />}</td>
    </tr>
  );
}

const verdicts = { safe: '', unknown: 'unknown', dangerous: 'dangerous' } as const;

function Badge({ pickle: { imports, verdict }, href }: { readonly pickle: PickleBadge; readonly href: string | null }) {
  return (
    <MaybeLink class={`badge verdict-${verdict}`} href={href} title={`A pickle with ${plural(imports, 'import')}`}>
      {verdict === 'safe' ? `imports ${imports}` : `pickle: ${verdicts[verdict]}`}
    </MaybeLink>
  );
}

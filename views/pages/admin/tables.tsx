import { repoId, repoPath } from '../../../config/repo.js';
import type { QuarantineLine, RepositoryLine, Rows, UserLine } from '../../../server/administration/adminTables.js';
import type { Report } from '../../../server/administration/reports.js';
import type { Chrome } from '../../chrome.js';
import { ActionCell } from '../../components/actionTable.js';
import { AdminFrame, AdminTable, Does, DoesWithReason, type TablePage, Words } from '../../components/adminFrame.js';
import { Age } from '../../components/time.js';
import { formatBytes, formatCount, formatDay, formatLimit } from '../../format.js';
import { reportReasonTexts } from '../../reportReasons.js';
import { safeUrl } from '../../safe.js';

interface TableProps<Row> {
  readonly chrome: Chrome;
  readonly rows: Rows<Row>;
  readonly page: TablePage;
}

/** `/-/admin/users`. The viewer cannot disable themselves. */
export function AdminUsersPage({ chrome, rows, page, viewerId }: TableProps<UserLine> & { readonly viewerId: number }) {
  return (
    <AdminFrame chrome={chrome} title="Users" current="/-/admin/users">
      <AdminTable
        label="All users"
        heads={['Name', 'E-mail', 'State', 'Repositories', 'Since']}
        total={rows.total}
        page={page}
        none="There are no users."
      >
        {rows.rows.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <a class="mono" href={safeUrl(`/${user.name}`)}>
                {user.name}
              </a>
            </th>
            <ActionCell head="E-mail" class="wrap">
              {user.email}
            </ActionCell>
            <ActionCell head="State">
              {[user.isAdmin && 'administrator', user.disabled && 'disabled'].filter(Boolean).join(', ')}
              {user.disabledReason && <Words text={user.disabledReason} />}
            </ActionCell>
            <ActionCell head="Repositories">{formatCount(user.repositories)}</ActionCell>
            <ActionCell head="Since" class="nowrap">
              {formatDay(user.createdAtMs)}
            </ActionCell>
            <ActionCell class="number">{user.id !== viewerId && <UserSwitch user={user} />}</ActionCell>
          </tr>
        ))}
      </AdminTable>
      <p class="quiet">A disabled user cannot sign in; sessions and tokens end at once. Repositories stay.</p>
    </AdminFrame>
  );
}

function UserSwitch({ user }: { readonly user: UserLine }) {
  const props = { fields: { user: String(user.id) }, about: user.name };
  return user.disabled ? (
    <Does action="enable" {...props}>
      Enable
    </Does>
  ) : (
    <DoesWithReason action="disable" {...props}>
      Disable
    </DoesWithReason>
  );
}

/** `/-/admin/repos` */
export function AdminReposPage({ chrome, rows, page }: TableProps<RepositoryLine>) {
  return (
    <AdminFrame chrome={chrome} title="Repositories" current="/-/admin/repos">
      <AdminTable
        label="All repositories"
        heads={['Repository', 'State', 'LFS', 'Since']}
        total={rows.total}
        page={page}
        none="There are no repositories yet."
      >
        {rows.rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <RepositoryLink row={row} />
            </th>
            <ActionCell head="State">
              {[row.repo.kind, row.private && 'private', row.disabled && 'disabled'].filter(Boolean).join(', ')}
              {row.disabledReason && <Words text={row.disabledReason} />}
            </ActionCell>
            <ActionCell head="LFS" class="nowrap">
              {formatBytes(row.bytes)}
            </ActionCell>
            <ActionCell head="Since" class="nowrap">
              {formatDay(row.createdAtMs)}
            </ActionCell>
            <ActionCell class="number">
              <div class="button-row">
                <Does action="reindex" fields={{ repo: repoPath(row.repo) }} about={repoId(row.repo)}>
                  Re-index
                </Does>
                {row.disabled ? (
                  <Does action="enable-repo" fields={{ repo: repoPath(row.repo) }} about={repoId(row.repo)}>
                    Enable
                  </Does>
                ) : (
                  <DoesWithReason action="disable-repo" fields={{ repo: repoPath(row.repo) }} about={repoId(row.repo)}>
                    Disable
                  </DoesWithReason>
                )}
              </div>
            </ActionCell>
          </tr>
        ))}
      </AdminTable>
      <p class="quiet">
        A disabled repository is reached by administrators only; who could see it reads the reason and the date.
      </p>
    </AdminFrame>
  );
}

function RepositoryLink({ row: { repo } }: { readonly row: Pick<RepositoryLine, 'repo'> }) {
  return (
    <a class="mono" href={safeUrl(repoPath(repo))}>
      {repoId(repo)}
    </a>
  );
}

interface StorageProps extends TableProps<RepositoryLine> {
  readonly storage: { readonly freeBytes: number; readonly floorBytes: number; readonly lfsBytes: number };
}

/** `/-/admin/storage`: the disk, and which repositories fill it. */
export function AdminStoragePage({ chrome, rows, page, storage }: StorageProps) {
  return (
    <AdminFrame chrome={chrome} title="Storage" current="/-/admin/storage">
      <section class="panel" aria-labelledby="disk">
        <h2 id="disk">Disk</h2>
        <dl class="facts">
          <dt>LFS objects</dt>
          <dd>{formatBytes(storage.lfsBytes)}</dd>
          <dt>Free</dt>
          <dd>{formatBytes(storage.freeBytes)}</dd>
          <dt>Writes stop below</dt>
          <dd>{formatLimit(storage.floorBytes)}</dd>
        </dl>
      </section>
      <AdminTable
        label="Largest repositories"
        heads={['Repository', 'LFS objects', 'Size']}
        total={rows.total}
        page={page}
        none="There are no repositories yet."
      >
        {rows.rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <RepositoryLink row={row} />
            </th>
            <ActionCell head="LFS objects">{formatCount(row.objects)}</ActionCell>
            <ActionCell head="Size" class="nowrap">
              {formatBytes(row.bytes)}
            </ActionCell>
            <ActionCell class="number">
              <a href={safeUrl(`${repoPath(row.repo)}/settings`)}>
                Settings<span class="visually-hidden"> of {repoId(row.repo)}</span>
              </a>
            </ActionCell>
          </tr>
        ))}
      </AdminTable>
      <p class="quiet">An object that several repositories hold is stored once, and counted with each of them here.</p>
    </AdminFrame>
  );
}

/** `/-/admin/reports[?closed=1]` */
export function AdminReportsPage({ chrome, rows, page, closed }: TableProps<Report> & { readonly closed: boolean }) {
  return (
    <AdminFrame chrome={chrome} title="Reports" current="/-/admin/reports">
      <p>
        {closed ? <a href="/-/admin/reports">Open reports</a> : <a href="/-/admin/reports?closed=1">Closed reports</a>}
      </p>
      <AdminTable
        label={closed ? 'Closed reports' : 'Open reports'}
        heads={['Repository', 'Reason', 'Text', 'By', 'When']}
        total={rows.total}
        page={page}
        none={closed ? 'None was closed yet.' : 'Nobody reported anything.'}
      >
        {rows.rows.map((report) => (
          <tr key={report.id}>
            <th scope="row">
              <RepositoryLink row={report} />
            </th>
            <ActionCell head="Reason">{reportReasonTexts[report.reason]}</ActionCell>
            <ActionCell head="Text" class="report-text" dir="auto">
              {report.text}
            </ActionCell>
            <ActionCell head="By">
              <a class="mono" href={safeUrl(`/${report.by}`)}>
                {report.by}
              </a>
            </ActionCell>
            <ActionCell head="When" class="nowrap">
              <Age atMs={report.atMs} />
            </ActionCell>
            <ActionCell class="number">
              {!closed && (
                <Does
                  action="close-report"
                  fields={{ report: String(report.id) }}
                  about={`report on ${repoId(report.repo)}`}
                >
                  Close
                </Does>
              )}
            </ActionCell>
          </tr>
        ))}
      </AdminTable>
    </AdminFrame>
  );
}

/** `/-/admin/quarantine`: models that are no longer run. */
export function AdminQuarantinePage({ chrome, rows, page }: TableProps<QuarantineLine>) {
  return (
    <AdminFrame chrome={chrome} title="Quarantine" current="/-/admin/quarantine">
      <AdminTable
        label="Quarantined models"
        heads={['Model', 'Why', 'Since']}
        total={rows.total}
        page={page}
        none="No model is quarantined."
      >
        {rows.rows.map(({ key, model, reason, atMs }) => (
          <tr key={key}>
            <th scope="row">
              <a class="mono" href={safeUrl(`/${model}`)}>
                {model}
              </a>
            </th>
            <ActionCell head="Why">
              <Words text={reason} />
            </ActionCell>
            <ActionCell head="Since" class="nowrap">
              <Age atMs={atMs} />
            </ActionCell>
            <ActionCell class="number">
              <Does action="release" fields={{ key }} about={model}>
                Let it run again
              </Does>
            </ActionCell>
          </tr>
        ))}
      </AdminTable>
      <p class="quiet">
        A model comes here when it twice took the process that runs models along, or answered otherwise than the referee
        computed.
      </p>
    </AdminFrame>
  );
}

import type { InferenceStats } from '../../../inference/types.js';
import type { Chrome } from '../../chrome.js';
import { AdminFrame, Does } from '../../components/adminFrame.js';
import { CopyButton } from '../../components/copy.js';
import { Notice } from '../../components/notice.js';
import { formatBytes, formatCount, formatLimit, plural } from '../../format.js';

export interface AdminView {
  /** Just made: a link to hand on. */
  readonly invitation: string | null;
  readonly registrationOpen: boolean;
  readonly repositories: number;
  readonly users: number;
  readonly openReports: number;
  readonly storage: { readonly freeBytes: number; readonly floorBytes: number; readonly lfsBytes: number };
  readonly indexReady: boolean;
  readonly inference: InferenceStats;
}

/** `/-/admin`: how the hub is, and who may join. */
export function AdminPage({ chrome, view }: { readonly chrome: Chrome; readonly view: AdminView }) {
  const { registrationOpen, invitation } = view;
  return (
    <AdminFrame chrome={chrome} title="Administration" current="/-/admin">
      <Health view={view} />
      <section class="panel stack" aria-labelledby="registration">
        <h2 id="registration">Registration</h2>
        <p>
          {registrationOpen
            ? 'Registration is open: anybody may join.'
            : 'Registration is closed: a link lets one person join.'}
        </p>
        {invitation && (
          <Notice tone="ok" role="status">
            <p>Hand on this link. It works once.</p>
            <div class="secret-line">
              <label class="visually-hidden" for="invitation">
                Invitation link
              </label>
              <input id="invitation" class="input mono" readonly value={invitation} />
              <CopyButton text={invitation} label="Copy the link" />
            </div>
          </Notice>
        )}
        <div class="button-row">
          <Does action="invite">Make an invitation link</Does>
          <Does action={registrationOpen ? 'close-registration' : 'open-registration'}>
            {registrationOpen ? 'Close registration' : 'Open registration to anybody'}
          </Does>
        </div>
      </section>
    </AdminFrame>
  );
}

function Health({
  view: { repositories, users, openReports, storage, indexReady, inference },
}: {
  readonly view: AdminView;
}) {
  return (
    <section class="panel" aria-labelledby="state">
      <h2 id="state">State</h2>
      <dl class="facts">
        <dt>Users</dt>
        <dd>
          <a href="/-/admin/users">{formatCount(users)}</a>
        </dd>
        <dt>Repositories</dt>
        <dd>
          <a href="/-/admin/repos">{formatCount(repositories)}</a>
        </dd>
        <dt>Open reports</dt>
        <dd>
          <a href="/-/admin/reports">{formatCount(openReports)}</a>
        </dd>
        <dt>LFS objects</dt>
        <dd>{formatBytes(storage.lfsBytes)}</dd>
        <dt>Free disk</dt>
        <dd>
          {formatBytes(storage.freeBytes)}{' '}
          <span class="quiet">(writes stop below {formatLimit(storage.floorBytes)})</span>
        </dd>
        <dt>Index</dt>
        <dd>{indexReady ? 'up to date' : 'replaying the spool'}</dd>
        <dt>Runner</dt>
        <dd>
          {inference.ready ? `process ${inference.runnerPid ?? '?'}` : 'not running'}
          {inference.restarts > 0 && `, restarted ${plural(inference.restarts, 'time')}`}
        </dd>
        <dt>Loaded models</dt>
        <dd>
          {formatCount(inference.models.length)}{' '}
          <span class="quiet">
            ({formatBytes(inference.loadedBytes)} of {formatBytes(inference.budgetBytes)})
          </span>
        </dd>
        <dt>Calls</dt>
        <dd>
          {formatCount(inference.running)} running, {formatCount(inference.waiting)} waiting,{' '}
          {plural(inference.threads, 'thread')}, {plural(inference.evictions, 'eviction')}
        </dd>
      </dl>
    </section>
  );
}

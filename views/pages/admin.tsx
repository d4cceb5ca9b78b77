import type { InferenceStats } from '../../inference/types.js';
import type { User } from '../../server/accounts/types.js';
import type { Chrome } from '../chrome.js';
import { CopyButton } from '../components/copy.js';
import { CsrfField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Notice } from '../components/notice.js';
import { formatBytes, formatCount, formatDay } from '../format.js';
import { safeUrl } from '../safe.js';

export interface AdminView {
  readonly users: readonly User[];
  /** Just made: a link to hand on. */
  readonly invitation: string | null;
  readonly registration: 'open' | 'closed';
  readonly repositories: number;
  readonly storage: { readonly freeBytes: number; readonly floorBytes: number; readonly lfsBytes: number };
  readonly indexReady: boolean;
  readonly inference: InferenceStats;
  /** Of the viewer, who cannot be disabled here. */
  readonly viewerId: number;
}

export function AdminPage({ chrome, view }: { readonly chrome: Chrome; readonly view: AdminView }) {
  return (
    <Page chrome={chrome} title="Administration" modules={['hub-copy']} noIndex>
      <div class="page-head">
        <h1>Administration</h1>
      </div>
      <div class="stack stack-wide">
        <Health view={view} />
        <LoadedModels inference={view.inference} />
        <section class="panel stack" aria-labelledby="invite">
          <h2 id="invite">Invitations</h2>
          <p class="quiet">
            {view.registration === 'open'
              ? 'Registration is open: anybody may join.'
              : 'Registration is closed: a link lets one person join.'}
          </p>
          {view.invitation && (
            <Notice tone="ok" role="status">
              <p>Hand on this link. It works once.</p>
              <div class="secret-line">
                <label class="visually-hidden" for="invitation">
                  Invitation link
                </label>
                <input id="invitation" class="input mono" readonly value={view.invitation} />
                <CopyButton text={view.invitation} label="Copy the link" />
              </div>
            </Notice>
          )}
          <form method="post" action="/-/admin">
            <CsrfField />
            <button class="button" type="submit" name="action" value="invite">
              Make an invitation link
            </button>
          </form>
        </section>
        <Users view={view} />
      </div>
    </Page>
  );
}

function Health({ view: { repositories, storage, indexReady, inference } }: { readonly view: AdminView }) {
  return (
    <section class="panel" aria-labelledby="state">
      <h2 id="state">State</h2>
      <dl class="facts">
        <dt>Repositories</dt>
        <dd>{formatCount(repositories)}</dd>
        <dt>LFS objects</dt>
        <dd>{formatBytes(storage.lfsBytes)}</dd>
        <dt>Free disk</dt>
        <dd>
          {formatBytes(storage.freeBytes)}{' '}
          <span class="quiet">(writes stop below {formatBytes(storage.floorBytes)})</span>
        </dd>
        <dt>Index</dt>
        <dd>{indexReady ? 'up to date' : 'replaying the spool'}</dd>
        <dt>Runner</dt>
        <dd>
          {inference.ready ? `process ${inference.runnerPid ?? '?'}` : 'not running'}
          {inference.restarts > 0 && `, restarted ${formatCount(inference.restarts)} times`}
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
          {formatCount(inference.threads)} threads, {formatCount(inference.evictions)} evictions
        </dd>
      </dl>
    </section>
  );
}

/** What is in memory now, the latest called first. */
function LoadedModels({ inference }: { readonly inference: InferenceStats }) {
  if (inference.models.length === 0) return null;
  const models = [...inference.models].sort((a, b) => b.usedAt - a.usedAt);
  return (
    <section aria-labelledby="loaded">
      <h2 id="loaded" class="section-title">
        Models in memory
      </h2>
      <section class="table-scroll" tabindex={0} aria-label="Table of models in memory">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Memory</th>
              <th scope="col">Threads</th>
              <th scope="col">Last call</th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <tr key={model.key}>
                <th scope="row">
                  <a class="mono" href={safeUrl(`/${model.model}`)}>
                    {model.model}
                  </a>
                  {model.isPinned && ' (pinned)'}
                </th>
                <td>{formatBytes(model.bytes)}</td>
                <td>{model.threads}</td>
                <td>{new Date(model.usedAt).toISOString().slice(0, 19).replace('T', ' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Users({ view: { users, viewerId } }: { readonly view: AdminView }) {
  return (
    <section aria-labelledby="users">
      <h2 id="users" class="section-title">
        Users
      </h2>
      <section class="table-scroll" tabindex={0} aria-label="Table of users">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">E-mail</th>
              <th scope="col">Role</th>
              <th scope="col">Since</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr key={user.id}>
                <th scope="row">
                  <a class="mono" href={`/${user.name}`}>
                    {user.name}
                  </a>
                </th>
                <td>{user.email}</td>
                <td>{[user.isAdmin && 'administrator', user.disabled && 'disabled'].filter(Boolean).join(', ')}</td>
                <td class="nowrap">{formatDay(user.createdAtMs)}</td>
                <td class="number">
                  {user.id !== viewerId && (
                    <form method="post" action="/-/admin">
                      <CsrfField />
                      <input type="hidden" name="user" value={user.id} />
                      <button class="button" type="submit" name="action" value={user.disabled ? 'enable' : 'disable'}>
                        {user.disabled ? 'Enable' : 'Disable'}
                        <span class="visually-hidden"> {user.name}</span>
                      </button>
                    </form>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

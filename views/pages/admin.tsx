import type { ComponentChildren } from 'preact';
import type { InferenceStats } from '../../inference/types.js';
import type { User } from '../../server/accounts/types.js';
import type { Chrome } from '../chrome.js';
import { ActionsColumn } from '../components/actionsColumn.js';
import { CopyButton } from '../components/copy.js';
import { CsrfField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Notice } from '../components/notice.js';
import { formatBytes, formatCount, formatDay, plural } from '../format.js';
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
  /** Models that stay in memory: by `inference.pinned`, and by this page. */
  readonly pins: { readonly byOption: readonly string[]; readonly here: readonly string[] };
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
        <LoadedModels view={view} />
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

/** What is in memory now, the latest called first; behind it what is pinned and not loaded yet. */
function LoadedModels({ view: { inference, pins } }: { readonly view: AdminView }) {
  const loaded = [...inference.models].sort((a, b) => (b.calledAt ?? 0) - (a.calledAt ?? 0));
  const isLoaded = (id: string): boolean => loaded.some(({ model }) => model === id);
  const waiting = [...new Set([...pins.byOption, ...pins.here])].filter((id) => !isLoaded(id));
  return (
    <section class="stack" aria-labelledby="loaded">
      <h2 id="loaded" class="section-title">
        Models in memory
      </h2>
      {loaded.length + waiting.length > 0 && (
        <section class="table-scroll" tabindex={0} aria-label="Table of models in memory">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Memory</th>
                <th scope="col">Threads</th>
                <th scope="col">Last call</th>
                <ActionsColumn />
              </tr>
            </thead>
            <tbody>
              {loaded.map(({ key, model, bytes, threads, calledAt }) => (
                <ModelRow key={key} id={model} pins={pins}>
                  <td class="nowrap">{formatBytes(bytes)}</td>
                  <td>{threads}</td>
                  <td class="nowrap">
                    {calledAt === null ? 'none yet' : new Date(calledAt).toISOString().slice(0, 19).replace('T', ' ')}
                  </td>
                </ModelRow>
              ))}
              {waiting.map((id) => (
                <ModelRow key={id} id={id} pins={pins}>
                  <td colspan={3} class="quiet">
                    not loaded
                  </td>
                </ModelRow>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <form class="button-row" method="post" action="/-/admin">
        <CsrfField />
        <label for="pin-model">Keep in memory</label>
        <input
          class="input pin-model"
          id="pin-model"
          name="model"
          placeholder="owner/name"
          required
          autocomplete="off"
        />
        <button class="button" type="submit" name="action" value="pin">
          Pin
        </button>
      </form>
      <p class="quiet">
        A pinned model is loaded first when the hub starts, else with its first call, and is not unloaded to make room
        for others.
      </p>
    </section>
  );
}

interface ModelRowProps {
  readonly id: string;
  readonly pins: AdminView['pins'];
  readonly children: ComponentChildren;
}

/** A model with its cells, and the button that pins it; what an option pins only the option lets go. */
function ModelRow({ id, pins, children }: ModelRowProps) {
  const isPinned = pins.here.includes(id);
  const byOption = pins.byOption.includes(id);
  return (
    <tr>
      <th scope="row">
        <a class="mono" href={safeUrl(`/${id}`)}>
          {id}
        </a>
        {(isPinned || byOption) && ' (pinned)'}
      </th>
      {children}
      <td class="number">
        {byOption ? (
          <span class="quiet">by inference.pinned</span>
        ) : (
          <form method="post" action="/-/admin">
            <CsrfField />
            <input type="hidden" name="model" value={id} />
            <button class="button" type="submit" name="action" value={isPinned ? 'unpin' : 'pin'}>
              {isPinned ? 'Unpin' : 'Pin'}
              <span class="visually-hidden"> {id}</span>
            </button>
          </form>
        )}
      </td>
    </tr>
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
              <ActionsColumn />
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

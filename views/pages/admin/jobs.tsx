import type { ComponentChildren } from 'preact';
import { repoId, repoPath } from '../../../config/repo.js';
import type { InferenceStats } from '../../../inference/types.js';
import type { FailureLine, Rows } from '../../../server/administration/adminTables.js';
import type { Chrome } from '../../chrome.js';
import { ActionCell, ActionTable } from '../../components/actionTable.js';
import { AdminFrame, AdminTable, Does, type TablePage, Words } from '../../components/adminFrame.js';
import { CsrfField } from '../../components/form.js';
import { Age } from '../../components/time.js';
import { formatBytes } from '../../format.js';
import { safeUrl } from '../../safe.js';

export interface JobsView {
  readonly inference: InferenceStats;
  /** Models that stay in memory: by `inference.pinned`, and by this page. */
  readonly pins: { readonly byOption: readonly string[]; readonly here: readonly string[] };
  readonly failures: Rows<FailureLine>;
  readonly page: TablePage;
}

/** `/-/admin/jobs`: what could not be indexed, and what the runner holds. */
export function AdminJobsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: JobsView }) {
  const { failures, page } = view;
  return (
    <AdminFrame chrome={chrome} title="Jobs" current="/-/admin/jobs">
      <AdminTable
        label="Failed indexing"
        heads={['Repository', 'Why', 'Since']}
        total={failures.total}
        page={page}
        none="Every repository is indexed."
      >
        {failures.rows.map(({ repo, reason, atMs }) => (
          <tr key={repoPath(repo)}>
            <th scope="row">
              <a class="mono" href={safeUrl(repoPath(repo))}>
                {repoId(repo)}
              </a>
            </th>
            <ActionCell head="Why">
              <Words text={reason} />
            </ActionCell>
            <ActionCell head="Since" class="nowrap">
              <Age atMs={atMs} />
            </ActionCell>
            <ActionCell class="number">
              <Does action="reindex" fields={{ repo: repoPath(repo) }} about={repoId(repo)}>
                Re-index
              </Does>
            </ActionCell>
          </tr>
        ))}
      </AdminTable>
      <LoadedModels view={view} />
    </AdminFrame>
  );
}

/** What is in memory now, the latest called first; behind it what is pinned and not loaded yet. */
function LoadedModels({ view: { inference, pins } }: { readonly view: JobsView }) {
  const loaded = [...inference.models].sort((a, b) => (b.calledAt ?? 0) - (a.calledAt ?? 0));
  const isLoaded = (id: string): boolean => loaded.some(({ model }) => model === id);
  const waiting = [...new Set([...pins.byOption, ...pins.here])].filter((id) => !isLoaded(id));
  return (
    <section class="stack" aria-labelledby="loaded">
      <h2 id="loaded" class="section-title">
        Models in memory
      </h2>
      {loaded.length + waiting.length === 0 ? (
        <p class="quiet">None is loaded.</p>
      ) : (
        <ActionTable label="Table of models in memory" heads={['Model', 'Memory', 'Threads', 'Last call']}>
          {loaded.map(({ key, model, bytes, threads, calledAt }) => (
            <ModelRow key={key} id={model} pins={pins}>
              <ActionCell head="Memory" class="nowrap">
                {bytes > 0 ? formatBytes(bytes) : 'too little to tell'}
              </ActionCell>
              <ActionCell head="Threads">{threads}</ActionCell>
              <ActionCell head="Last call" class="nowrap">
                {calledAt === null ? 'none yet' : <Age atMs={calledAt} />}
              </ActionCell>
            </ModelRow>
          ))}
          {waiting.map((id) => (
            <ModelRow key={id} id={id} pins={pins}>
              <ActionCell colspan={3} class="quiet">
                not loaded
              </ActionCell>
            </ModelRow>
          ))}
        </ActionTable>
      )}
      <form class="button-row" method="post" action="/-/admin/jobs">
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
  readonly pins: JobsView['pins'];
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
      <ActionCell class="number">
        {byOption ? (
          <span class="quiet">by inference.pinned</span>
        ) : (
          <form method="post" action="/-/admin/jobs">
            <CsrfField />
            <input type="hidden" name="model" value={id} />
            <button class="button" type="submit" name="action" value={isPinned ? 'unpin' : 'pin'}>
              {isPinned ? 'Unpin' : 'Pin'}
              <span class="visually-hidden"> {id}</span>
            </button>
          </form>
        )}
      </ActionCell>
    </tr>
  );
}

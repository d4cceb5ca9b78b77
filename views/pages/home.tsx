import type { Chrome } from '../chrome.js';
import { Activity, type ActivityEntry } from '../components/activity.js';
import { CodeBlock } from '../components/copy.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRows, type ShownRow } from '../components/modelRow.js';
import { Tag } from '../components/tag.js';
import { formatShortCount, plural } from '../format.js';
import { taskCategory, taskIcon, taskLabel } from '../labels.js';
import { facetHref } from '../listing.js';
import { safeUrl } from '../safe.js';

export interface HomeView {
  readonly models: number;
  readonly datasets: number;
  /** Tasks that a model here performs, most models first. */
  readonly tasks: readonly { readonly task: string; readonly count: number }[];
  readonly updated: readonly ShownRow[];
  /** Empty where it would say nothing. */
  readonly downloaded: readonly ShownRow[];
  /** Of the person signed in. */
  readonly own: readonly ShownRow[];
  /** Of their repositories and those of their organisations. */
  readonly activity: readonly ActivityEntry[];
  readonly nowMs: number;
}

export function HomePage({ chrome, view }: { readonly chrome: Chrome; readonly view: HomeView }) {
  const empty = view.models === 0 && view.datasets === 0 && view.own.length === 0;
  return (
    <Page
      chrome={chrome}
      title="Hubstead"
      width="full"
      search={false}
      canonical="/"
      description="A self-hosted model hub: push with git, read the card, run the model."
    >
      <section class="hero">
        <div class="container hero-row">
          <div class="hero-text">
            <h1>Models, kept like a card catalogue</h1>
            <p class="hero-lead">Push a repository with git, read its card, run it on this machine.</p>
            <search>
              <hub-search>
                <form class="search-line hero-search" action="/models" method="get">
                  <label class="visually-hidden" for="home-search">
                    Search models by name
                  </label>
                  <input
                    id="home-search"
                    class="input"
                    type="search"
                    name="search"
                    placeholder="Search models by name"
                    autocomplete="off"
                  />
                  <button class="button button-primary" type="submit">
                    <Icon name="search" /> Search
                  </button>
                </form>
              </hub-search>
            </search>
            {!empty && (
              <p class="hero-counts">
                <a href="/models">{plural(view.models, 'model')}</a>
                <a href="/datasets">{plural(view.datasets, 'dataset')}</a>
                <a href="/tasks">{plural(view.tasks.length, 'task')}</a>
              </p>
            )}
          </div>
          <Drawer />
        </div>
      </section>
      <div class="container home">{empty ? <FirstSteps chrome={chrome} /> : <Lists view={view} chrome={chrome} />}</div>
    </Page>
  );
}

/** Cards in a drawer: decoration. */
function Drawer() {
  return (
    <svg class="drawer" viewBox="0 0 320 190" aria-hidden="true" focusable="false">
      {[7, 2, 3, 1].map((colour, i) => (
        <g key={colour} class={`cat-${colour}`} transform={`translate(${i * 22} ${i * 34})`}>
          <path class="drawer-card" d={`M4 188V20h${18 + i * 34}l8-14h64l8 14H250v168z`} />
          <path class="drawer-tab" d={`M${34 + i * 34} 14h48`} />
          <path class="drawer-line" d="M20 38h120M20 54h210" />
        </g>
      ))}
    </svg>
  );
}

function Lists({ view, chrome }: { readonly view: HomeView; readonly chrome: Chrome }) {
  const { nowMs } = view;
  return (
    <>
      {view.tasks.length > 0 && (
        <section class="home-tasks" aria-labelledby="tasks">
          <h2 id="tasks" class="section-title">
            Tasks
          </h2>
          <ul class="tags">
            {view.tasks.map(({ task, count }) => (
              <li key={task}>
                <Tag href={facetHref('model', 'tasks', task)} icon={taskIcon(task)} category={taskCategory(task)}>
                  {taskLabel(task)} <span class="tag-count">{formatShortCount(count)}</span>
                </Tag>
              </li>
            ))}
          </ul>
        </section>
      )}
      {chrome.viewer && <Own name={chrome.viewer.name} view={view} />}
      <div class={view.downloaded.length > 0 ? 'home-columns' : 'home-alone'}>
        <section aria-labelledby="updated">
          <div class="section-head">
            <h2 id="updated" class="section-title">
              Recently updated
            </h2>
            <a href="/models?sort=modified">
              All <span class="visually-hidden">recently updated models</span>
            </a>
          </div>
          <ModelRows rows={view.updated} nowMs={nowMs} label="Recently updated models" />
        </section>
        {view.downloaded.length > 0 && (
          <section aria-labelledby="downloaded">
            <div class="section-head">
              <h2 id="downloaded" class="section-title">
                Most downloaded
              </h2>
              <a href="/models">
                All <span class="visually-hidden">most downloaded models</span>
              </a>
            </div>
            <ModelRows rows={view.downloaded} nowMs={nowMs} label="Most downloaded models" />
          </section>
        )}
      </div>
    </>
  );
}

/** What concerns the person signed in: their repositories, and what happened to them. */
function Own({ name, view }: { readonly name: string; readonly view: HomeView }) {
  const { own, activity, nowMs } = view;
  return (
    <div class="home-columns">
      <section aria-labelledby="own">
        <div class="section-head">
          <h2 id="own" class="section-title">
            Your repositories
          </h2>
          <span class="button-row">
            {own.length > 0 && (
              <a href={safeUrl(`/${name}`)}>
                All <span class="visually-hidden">your repositories</span>
              </a>
            )}
            <a class="button" href="/new">
              <Icon name="plus" /> New model
            </a>
          </span>
        </div>
        {own.length === 0 ? (
          <p class="quiet">
            Nothing of yours yet. <a href="/new">Make a model</a>, <a href="/new-dataset">a dataset</a>, or push one
            with <a href="/docs/hub/repositories-getting-started">git</a>.
          </p>
        ) : (
          <ModelRows rows={own} nowMs={nowMs} label="Your repositories" />
        )}
      </section>
      <section aria-labelledby="activity">
        <div class="section-head">
          <h2 id="activity" class="section-title">
            Activity
          </h2>
        </div>
        {activity.length === 0 ? (
          <p class="quiet">Pushes to your repositories and those of your organisations appear here, and what failed.</p>
        ) : (
          <Activity entries={activity} nowMs={nowMs} />
        )}
      </section>
    </div>
  );
}

/** What a fresh hub needs: an account, a repository, a push. */
function FirstSteps({ chrome }: { readonly chrome: Chrome }) {
  const owner = chrome.viewer?.name ?? 'you';
  const push = [
    `git clone ${chrome.baseUrl}/${owner}/my-model`,
    'cd my-model',
    'cp ~/weights/* .',
    'git add . && git commit -m "Add weights"',
    'git push',
  ];
  return (
    <section class="first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">No models yet</h2>
      <ol class="steps">
        <li>
          <h3>{chrome.viewer ? 'You are signed in' : 'Sign in'}</h3>
          {chrome.viewer ? (
            <p>
              As <span class="mono">{chrome.viewer.name}</span>. Git asks for a password: an{' '}
              <a href="/settings/tokens">access token</a> serves.
            </p>
          ) : (
            <p>
              <a href="/login">Log in</a>
              {chrome.registrationOpen ? (
                <>
                  {' '}
                  or <a href="/join">join</a>.
                </>
              ) : (
                '. The first start printed the administrator’s password, and keeps it in first-run.txt of the data folder.'
              )}
            </p>
          )}
        </li>
        <li>
          <h3>Make a repository</h3>
          <p>
            <a href="/new">New model</a>: an owner, a name, a licence.
          </p>
        </li>
        <li>
          <h3>Push with git</h3>
          <CodeBlock label="Push with git" text={push.join('\n')} />
        </li>
      </ol>
    </section>
  );
}

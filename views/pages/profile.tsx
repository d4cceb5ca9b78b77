import type { ModelRow as Row } from '../../indexer/search/types.js';
import type { Chrome } from '../chrome.js';
import { Avatar } from '../components/avatar.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRows } from '../components/modelRow.js';
import { plural } from '../format.js';

export interface ProfileView {
  readonly name: string;
  readonly fullName: string;
  readonly isOrganization: boolean;
  readonly members: readonly string[];
  /** The viewer may create repositories here. */
  readonly own: boolean;
  readonly models: { readonly rows: readonly Row[]; readonly total: number };
  readonly datasets: { readonly rows: readonly Row[]; readonly total: number };
  readonly runnable: ReadonlySet<string>;
  readonly nowMs: number;
}

export function ProfilePage({ chrome, view }: { readonly chrome: Chrome; readonly view: ProfileView }) {
  const { name, fullName, models, datasets } = view;
  const nothing = models.total + datasets.total === 0;
  return (
    <Page
      chrome={chrome}
      title={name}
      canonical={`/${name}`}
      description={`Models and datasets of ${fullName || name}.`}
    >
      <header class="profile-head">
        <Avatar name={name} size={56} />
        <div>
          <h1 class="mono">{name}</h1>
          <p class="quiet">
            {[
              fullName !== name && fullName,
              view.isOrganization && 'Organisation',
              models.total > 0 && plural(models.total, 'model'),
              datasets.total > 0 && plural(datasets.total, 'dataset'),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        {view.own && (
          <a class="button profile-new" href="/new">
            <Icon name="plus" /> New model
          </a>
        )}
      </header>
      {nothing && (
        <div class="empty">
          <p>
            <span class="mono">{name}</span> hasn’t published anything yet.
          </p>
        </div>
      )}
      <div class="stack stack-wide">
        {models.total > 0 && (
          <Part title="Models" part={models} view={view} href={`/models?author=${encodeURIComponent(name)}`} />
        )}
        {datasets.total > 0 && (
          <Part title="Datasets" part={datasets} view={view} href={`/datasets?author=${encodeURIComponent(name)}`} />
        )}
        {view.members.length > 0 && (
          <section aria-labelledby="members">
            <h2 id="members" class="section-title">
              Members
            </h2>
            <ul class="inline-list">
              {view.members.map((member) => (
                <li key={member}>
                  <a class="member" href={`/${member}`}>
                    <Avatar name={member} /> <span class="mono">{member}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Page>
  );
}

interface PartProps {
  readonly title: string;
  readonly part: ProfileView['models'];
  readonly view: ProfileView;
  readonly href: string;
}

function Part({ title, part, view, href }: PartProps) {
  const id = title.toLowerCase();
  return (
    <section aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id} class="section-title">
          {title}
        </h2>
        {part.total > part.rows.length && (
          <a href={href}>
            All {part.total} <span class="visually-hidden">{id}</span>
          </a>
        )}
      </div>
      <ModelRows rows={part.rows} nowMs={view.nowMs} runnable={view.runnable} label={title} columns={2} />
    </section>
  );
}

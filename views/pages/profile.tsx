import { type RepoKind, repoKinds } from '../../config/repo.js';
import type { Chrome } from '../chrome.js';
import { Avatar } from '../components/avatar.js';
import { CollectionRow, type CollectionRowView } from '../components/collectionRow.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRows, type ShownRow } from '../components/modelRow.js';
import { Pagination } from '../components/pagination.js';
import { formatCount, formatDay, plural } from '../format.js';
import { type Listing, listTitles, type Sort } from '../listing.js';
import { safeUrl } from '../safe.js';

export interface ProfileView {
  readonly name: string;
  readonly fullName: string;
  readonly bio: string;
  readonly isOrganization: boolean;
  /** The first of them. */
  readonly members: readonly string[];
  readonly memberCount: number;
  /** Of a person. */
  readonly organizations: readonly string[];
  readonly sinceMs: number;
  /** The viewer may create repositories here. */
  readonly own: boolean;
  /** Where the viewer changes this account. */
  readonly settings: string | null;
  readonly counts: Readonly<Record<RepoKind, number>>;
  /** What the list below shows. */
  readonly listing: Listing;
  readonly rows: readonly ShownRow[];
  readonly total: number;
  readonly pageSize: number;
  readonly collections: readonly CollectionRowView[];
  readonly mayMakeCollection: boolean;
  readonly nowMs: number;
}

export function ProfilePage({ chrome, view }: { readonly chrome: Chrome; readonly view: ProfileView }) {
  const { name, fullName, listing } = view;
  return (
    <Page
      chrome={chrome}
      title={name}
      canonical={listing.kind === 'model' ? `/${name}` : `/${name}?tab=${listing.kind}s`}
      description={view.bio || `Models and datasets of ${fullName || name}.`}
    >
      <Head view={view} />
      <nav class="tabs" aria-label={`Repositories of ${name}`}>
        {tabsOf(view).map((kind) => (
          <a
            key={kind}
            href={safeUrl(`/${name}?tab=${kind}s`)}
            aria-current={kind === listing.kind ? 'page' : undefined}
          >
            {listTitles[kind]} <span class="tag-count">{formatCount(view.counts[kind])}</span>
          </a>
        ))}
      </nav>
      <Repositories view={view} />
      {(view.collections.length > 0 || view.mayMakeCollection) && <Collections view={view} />}
      {view.members.length > 0 && <Members view={view} />}
    </Page>
  );
}

/** Spaces are there for those who have some. */
function tabsOf({ counts, listing }: ProfileView): readonly RepoKind[] {
  return repoKinds.filter((kind) => kind !== 'space' || counts.space > 0 || listing.kind === 'space');
}

function Head({ view }: { readonly view: ProfileView }) {
  const { name, fullName, bio, organizations, listing } = view;
  return (
    <header class="profile-head">
      <Avatar name={name} size={72} />
      <div class="profile-words">
        <h1 class="mono">{name}</h1>
        {(fullName || view.isOrganization) && (
          <p class="quiet" dir="auto">
            {[fullName !== name && fullName, view.isOrganization && 'Organisation'].filter(Boolean).join(' · ')}
          </p>
        )}
        <p class="small quiet">{factsOf(view)}</p>
        {bio && (
          <p class="profile-bio" dir="auto">
            {bio}
          </p>
        )}
        {organizations.length > 0 && (
          <ul class="inline-list" aria-label="Organisations">
            {organizations.map((organization) => (
              <li key={organization}>
                <a class="member" href={`/${organization}`}>
                  <Avatar name={organization} /> <span class="mono">{organization}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="button-row profile-new">
        {view.own && (
          <a
            class="button"
            href={safeUrl(`/${listing.kind === 'dataset' ? 'new-dataset' : 'new'}?owner=${encodeURIComponent(name)}`)}
          >
            <Icon name="plus" /> New {listing.kind}
          </a>
        )}
        {view.settings && (
          <a class="button" href={safeUrl(view.settings)}>
            <Icon name="settings" /> Settings
          </a>
        )}
      </div>
    </header>
  );
}

function factsOf({ counts, isOrganization, memberCount, sinceMs }: ProfileView): string {
  return [
    plural(counts.model, 'model'),
    plural(counts.dataset, 'dataset'),
    isOrganization && plural(memberCount, 'member'),
    `${isOrganization ? 'since' : 'joined'} ${formatDay(sinceMs)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const sorts: readonly (readonly [Sort, string])[] = [
  ['modified', 'Recently updated'],
  ['created', 'Newest'],
  ['downloads', 'Most downloads'],
  ['likes', 'Most likes'],
  ['trending', 'Trending'],
];

function Repositories({ view }: { readonly view: ProfileView }) {
  const { name, listing, rows, total, counts, pageSize } = view;
  const noun = listing.kind;
  if (counts[noun] === 0) {
    return (
      <div class="empty">
        <p>
          <span class="mono">{name}</span>{' '}
          {counts.model + counts.dataset === 0 ? 'hasn’t published anything yet.' : `has no ${noun}s.`}
        </p>
      </div>
    );
  }
  return (
    <section class="stack" aria-label={`${noun === 'model' ? 'Models' : 'Datasets'} of ${name}`}>
      {counts[noun] > 1 && (
        <form class="search-line" method="get" action={safeUrl(`/${name}`)}>
          <input type="hidden" name="tab" value={`${noun}s`} />
          <input
            class="input"
            type="search"
            name="search"
            value={listing.search}
            placeholder="Filter by name"
            aria-label={`Search ${noun}s of ${name}`}
            autocomplete="off"
          />
          <select class="input" name="sort" aria-label="Sort">
            {sorts.map(([sort, text]) => (
              <option key={sort} value={sort} selected={sort === listing.sort}>
                {text}
              </option>
            ))}
          </select>
          <button class="button" type="submit">
            Go
          </button>
        </form>
      )}
      <h2 class="visually-hidden">{plural(total, noun)}</h2>
      {rows.length === 0 ? (
        <div class="empty">
          <p>{listing.search ? `No ${noun} here has “${listing.search}” in its name.` : 'There are fewer pages.'}</p>
          <a class="button" href={safeUrl(`/${name}?tab=${noun}s`)}>
            All {noun}s
          </a>
        </div>
      ) : (
        <ModelRows rows={rows} nowMs={view.nowMs} label={`${noun}s of ${name}`} columns={2} />
      )}
      <Pagination
        page={listing.page}
        pages={Math.ceil(total / pageSize)}
        href={(page) => addressOf(name, listing, page)}
        label={`Pages of ${noun}s`}
      />
    </section>
  );
}

function addressOf(name: string, { kind, search, sort }: Listing, page: number): string {
  const query = new URLSearchParams({ tab: `${kind}s`, ...(search && { search }), sort });
  if (page > 0) query.set('p', String(page));
  return `/${name}?${query}`;
}

function Collections({ view }: { readonly view: ProfileView }) {
  const { name, collections, nowMs } = view;
  return (
    <section class="stack profile-members" aria-labelledby="collections">
      <h2 id="collections" class="section-title">
        {collections.length === 0 ? 'Collections' : plural(collections.length, 'collection')}
      </h2>
      {collections.length > 0 && (
        <ul class="rows rows-2" aria-labelledby="collections">
          {collections.map((collection) => (
            <CollectionRow key={collection.slug} collection={collection} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {view.mayMakeCollection && (
        <div class="button-row">
          <a class="button" href={safeUrl(`/collections/new?owner=${encodeURIComponent(name)}`)}>
            <Icon name="plus" /> New collection
          </a>
        </div>
      )}
    </section>
  );
}

function Members({ view: { name, members, memberCount } }: { readonly view: ProfileView }) {
  return (
    <section class="profile-members" aria-labelledby="members">
      <h2 id="members" class="section-title">
        {plural(memberCount, 'member')}
      </h2>
      <ul class="inline-list">
        {members.map((member) => (
          <li key={member}>
            <a class="member" href={`/${member}`}>
              <Avatar name={member} /> <span class="mono">{member}</span>
            </a>
          </li>
        ))}
        {memberCount > members.length && (
          <li class="quiet" title={`of ${name}`}>
            and {formatCount(memberCount - members.length)} more
          </li>
        )}
      </ul>
    </section>
  );
}

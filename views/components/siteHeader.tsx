import type { RepoKind } from '../../config/repo.js';
import { useChrome } from '../chrome.js';
import { Avatar } from './avatar.js';
import { CsrfField } from './form.js';
import { Icon } from './icon.js';

/** Where a kind of repositories belongs in the navigation; spaces have no place there. */
export function sectionOf(kind: RepoKind): Section | undefined {
  return ({ model: 'models', dataset: 'datasets', space: undefined } as const)[kind];
}

export type Section = 'models' | 'datasets' | 'metrics' | 'docs';

const sections: readonly { readonly id: Section; readonly href: string; readonly text: string }[] = [
  { id: 'models', href: '/models', text: 'Models' },
  { id: 'datasets', href: '/datasets', text: 'Datasets' },
  { id: 'metrics', href: '/metrics', text: 'Metrics' },
  { id: 'docs', href: '/docs', text: 'Docs' },
];

interface SiteHeaderProps {
  readonly current?: Section | undefined;
  readonly search?: string | false | undefined;
}

export function SiteHeader({ current, search }: SiteHeaderProps) {
  const { viewer } = useChrome();
  return (
    <header class="site-header">
      <div class="container site-header-row">
        <a class="wordmark" href="/">
          <Glyph />
          Hubstead
        </a>
        {search !== false && <HeaderSearch search={search} />}
        <nav class="site-nav" aria-label="Site">
          <ul>{sections.map((section) => item(section, current))}</ul>
        </nav>
        <div class="site-account">{viewer ? <AccountMenu viewer={viewer} /> : <SignIn />}</div>
        <details class="site-menu">
          <summary aria-label="Menu">
            <Icon name="menu" />
          </summary>
          <nav class="menu-panel" aria-label="Site menu">
            <ul>{sections.map((section) => item(section, current))}</ul>
          </nav>
        </details>
      </div>
    </header>
  );
}

function HeaderSearch({ search }: { readonly search: string | undefined }) {
  return (
    <search class="site-search">
      <hub-search>
        <form action="/models" method="get">
          <label class="visually-hidden" for="site-search">
            Search models
          </label>
          <Icon name="search" />
          <input
            id="site-search"
            type="search"
            name="search"
            value={search}
            placeholder="Search models"
            autocomplete="off"
          />
        </form>
      </hub-search>
    </search>
  );
}

function item({ id, href, text }: (typeof sections)[number], current: Section | undefined) {
  return (
    <li key={id}>
      <a href={href} aria-current={id === current ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
}

function SignIn() {
  const { url, registrationOpen } = useChrome();
  const next = url === '/' || /^\/(login|join|logout)/.test(url) ? '' : `?next=${encodeURIComponent(url)}`;
  return (
    <>
      <a class="button button-quiet" href={`/login${next}`}>
        Log in
      </a>
      {registrationOpen && (
        <a class="button button-primary" href={`/join${next}`}>
          Join
        </a>
      )}
    </>
  );
}

function AccountMenu({ viewer }: { readonly viewer: { readonly name: string; readonly isAdmin: boolean } }) {
  return (
    <>
      <details class="menu" name="account">
        <summary class="button">
          <Icon name="plus" />
          <span>New</span>
        </summary>
        <ul class="menu-panel">
          <li>
            <a href="/new">
              <Icon name="box" /> Model
            </a>
          </li>
          <li>
            <a href="/new-dataset">
              <Icon name="database" /> Dataset
            </a>
          </li>
          <li>
            <a href="/collections/new">
              <Icon name="layers" /> Collection
            </a>
          </li>
          <li class="menu-rule">
            <a href="/organizations/new">
              <Icon name="users" /> Organisation
            </a>
          </li>
        </ul>
      </details>
      <details class="menu" name="account">
        <summary class="avatar-button" aria-label={`Account of ${viewer.name}`}>
          <Avatar name={viewer.name} size={28} />
        </summary>
        <ul class="menu-panel">
          <li>
            <a href={`/${viewer.name}`}>
              <Icon name="user" /> <span class="mono">{viewer.name}</span>
            </a>
          </li>
          <li>
            <a href="/settings/profile">
              <Icon name="settings" /> Settings
            </a>
          </li>
          <li>
            <a href="/settings/tokens">
              <Icon name="key-round" /> Access tokens
            </a>
          </li>
          {viewer.isAdmin && (
            <li>
              <a href="/-/admin">
                <Icon name="shield" /> Administration
              </a>
            </li>
          )}
          <li class="menu-rule">
            <form action="/logout" method="post">
              <CsrfField />
              <button type="submit">
                <Icon name="log-out" /> Log out
              </button>
            </form>
          </li>
        </ul>
      </details>
    </>
  );
}

/** Our own mark: an index card with its tab, and the line that is written first. */
function Glyph() {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path class="glyph-card" d="M3 20V5.5A1.5 1.5 0 0 1 4.500 4h5l2 3h8A1.500 1.500 0 0 1 21 8.500V20z" />
      <path class="glyph-lines" d="M7 11.500h10M7 15.500h6" />
    </svg>
  );
}

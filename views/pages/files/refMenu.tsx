import type { HTMLAttributes } from 'preact';
import { Icon } from '../../components/icon.js';
import { safeUrl } from '../../safe.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-menu': HTMLAttributes<HTMLElement>;
    }
  }
}

export interface RefMenuView {
  /** A branch, a tag or a commit. */
  readonly revision: string;
  /** The same page at these. */
  readonly branches: readonly RefLink[];
  readonly tags: readonly RefLink[];
  /** The page of all of them. */
  readonly all: string;
}

interface RefLink {
  readonly name: string;
  readonly href: string;
}

/** Leads to the same page at another branch or tag. */
export function RefMenu({ menu: { revision, branches, tags, all } }: { readonly menu: RefMenuView }) {
  const current = /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
  return (
    <hub-menu>
      <details class="menu ref-menu">
        <summary class="button" aria-label={`Branch or tag: ${current}`}>
          <Icon name="git-branch" /> <bdi class="ref-current">{current}</bdi> <Icon name="chevron-down" />
        </summary>
        <div class="menu-panel">
          <input
            class="input"
            type="search"
            data-menu-filter
            hidden
            placeholder="Find a branch or tag"
            aria-label="Find a branch or tag"
          />
          <Links title="Branches" links={branches} revision={revision} />
          <Links title="Tags" links={tags} revision={revision} />
          <a class="menu-rule" href={safeUrl(all)}>
            All branches and tags
          </a>
        </div>
      </details>
    </hub-menu>
  );
}

interface LinksProps {
  readonly title: string;
  readonly links: readonly RefLink[];
  readonly revision: string;
}

function Links({ title, links, revision }: LinksProps) {
  if (links.length === 0) return null;
  return (
    <div data-menu-group>
      <p class="menu-title">{title}</p>
      <ul aria-label={title}>
        {links.map(({ name, href }) => (
          <li key={name}>
            <a href={safeUrl(href)} aria-current={name === revision ? 'page' : undefined}>
              <bdi>{name}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

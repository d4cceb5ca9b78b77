import type { ComponentChildren } from 'preact';
import type { Chrome } from '../chrome.js';
import { safeUrl } from '../safe.js';
import { Page } from './frame.js';

interface SideNavPageProps {
  readonly chrome: Chrome;
  readonly title: string;
  /** Names the list of pages. */
  readonly label: string;
  readonly pages: readonly { readonly href: string; readonly text: string }[];
  /** Address of the page that is shown. */
  readonly current: string;
  /** Default: the title. */
  readonly heading?: ComponentChildren;
  readonly modules?: readonly string[];
  readonly isAdmin?: boolean;
  readonly children: ComponentChildren;
}

/** A page of several that stand in a list beside it. */
export function SideNavPage({ chrome, title, label, pages, current, heading, ...rest }: SideNavPageProps) {
  const { modules, isAdmin = false, children } = rest;
  return (
    <Page chrome={chrome} title={title} modules={modules} noIndex>
      <div class={isAdmin ? 'with-nav admin' : 'with-nav'}>
        <nav class="side-nav" aria-label={label}>
          <ul>
            {pages.map(({ href, text }) => (
              <li key={href}>
                <a href={safeUrl(href)} aria-current={href === current ? 'page' : undefined}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="stack stack-wide">
          <h1>{heading ?? title}</h1>
          {children}
        </div>
      </div>
    </Page>
  );
}

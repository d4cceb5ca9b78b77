import type { ComponentChildren } from 'preact';
import type { Chrome } from '../chrome.js';
import { Page } from './frame.js';

const pages = [
  { href: '/settings/profile', text: 'Profile' },
  { href: '/settings/account', text: 'Account' },
  { href: '/settings/preferences', text: 'Preferences' },
  { href: '/settings/organizations', text: 'Organisations' },
  { href: '/settings/tokens', text: 'Access tokens' },
] as const;

interface SettingsFrameProps {
  readonly chrome: Chrome;
  readonly title: string;
  readonly current: (typeof pages)[number]['href'];
  readonly modules?: readonly string[];
  readonly children: ComponentChildren;
}

/** Frame of a person's own settings: the list of pages beside the form. */
export function SettingsFrame({ chrome, title, current, modules, children }: SettingsFrameProps) {
  return (
    <Page chrome={chrome} title={title} modules={modules} noIndex>
      <div class="with-nav">
        <nav class="side-nav" aria-label="Settings">
          <ul>
            {pages.map(({ href, text }) => (
              <li key={href}>
                <a href={href} aria-current={href === current ? 'page' : undefined}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="stack stack-wide">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </Page>
  );
}

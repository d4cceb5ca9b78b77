import type { ComponentChildren } from 'preact';
import type { Chrome } from '../chrome.js';
import { SideNavPage } from './sideNavPage.js';

const pages = [
  { href: '/settings/profile', text: 'Profile' },
  { href: '/settings/account', text: 'Account' },
  { href: '/settings/preferences', text: 'Preferences' },
  { href: '/settings/organizations', text: 'Organisations' },
  { href: '/settings/tokens', text: 'Access tokens' },
  { href: '/settings/webhooks', text: 'Webhooks' },
] as const;

interface SettingsFrameProps {
  readonly chrome: Chrome;
  readonly title: string;
  readonly current: (typeof pages)[number]['href'];
  readonly heading?: ComponentChildren;
  readonly modules?: readonly string[];
  readonly children: ComponentChildren;
}

/** Frame of a person's own settings: the list of pages beside the form. */
export function SettingsFrame({ current, children, ...rest }: SettingsFrameProps) {
  return (
    <SideNavPage label="Settings" pages={pages} current={current} {...rest}>
      {children}
    </SideNavPage>
  );
}

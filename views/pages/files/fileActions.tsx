import { Icon } from '../../components/icon.js';
import type { IconName } from '../../icons.js';
import { safeUrl } from '../../safe.js';

/** One thing that can be done with a file or folder, as a link. */
export interface FileAction {
  readonly text: string;
  readonly href: string;
  readonly icon: IconName;
}

/** The strip above a file or folder. What it offers is decided in server/pages/files/actions.ts. */
export function FileActions({ actions }: { readonly actions: readonly FileAction[] }) {
  return (
    <ul class="file-actions" aria-label="Actions">
      {actions.map(({ text, href, icon }) => (
        <li key={text}>
          <a href={safeUrl(href)}>
            <Icon name={icon} /> {text}
          </a>
        </li>
      ))}
    </ul>
  );
}

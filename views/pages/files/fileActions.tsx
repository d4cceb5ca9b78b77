import { CopyButton } from '../../components/copy.js';
import { Icon } from '../../components/icon.js';
import type { IconName } from '../../icons.js';
import { safeUrl } from '../../safe.js';

/** One thing that can be done with a file or folder: a link, or something to copy. */
export type FileAction = { readonly text: string } & (
  | { readonly href: string; readonly icon: IconName }
  | { readonly copy: string }
);

/** The strip above a file or folder. What it offers is decided in server/pages/files/actions.ts. */
export function FileActions({ actions }: { readonly actions: readonly FileAction[] }) {
  return (
    <ul class="file-actions" aria-label="Actions">
      {actions.map((action) => (
        <li key={action.text}>
          {'copy' in action ? (
            <CopyButton text={action.copy} label={action.text} />
          ) : (
            <a href={safeUrl(action.href)}>
              <Icon name={action.icon} /> {action.text}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

import { safeUrl } from '../safe.js';
import { Icon } from './icon.js';

/** Where a folder takes new files. */
export interface AddLinks {
  readonly newFile: string;
  readonly upload: string;
}

/** The menu of those who may write, above the files of a branch. */
export function AddFileMenu({ links: { newFile, upload } }: { readonly links: AddLinks }) {
  return (
    <details class="menu">
      <summary class="button">
        <Icon name="plus" /> Add file <Icon name="chevron-down" />
      </summary>
      <ul class="menu-panel">
        <li>
          <a href={safeUrl(newFile)}>
            <Icon name="pencil" /> New file
          </a>
        </li>
        <li>
          <a href={safeUrl(upload)}>
            <Icon name="upload" /> Upload files
          </a>
        </li>
      </ul>
    </details>
  );
}

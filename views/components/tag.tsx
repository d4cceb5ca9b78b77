import type { ComponentChildren } from 'preact';
import type { IconName } from '../icons.js';
import { safeUrl } from '../safe.js';
import { Icon } from './icon.js';

interface TagProps {
  readonly children: ComponentChildren;
  readonly href?: string;
  readonly icon?: IconName;
  /** Two letters in mono for libraries, instead of an icon. */
  readonly monogram?: string;
  /** 1–8: a colour of the categorical scale; else quiet. */
  readonly category?: number;
  readonly title?: string;
}

/** A chip: a link to the list of what carries the same tag, or plain text without `href`. */
export function Tag({ children, href, icon, monogram, category, title }: TagProps) {
  const className = category ? `tag cat-${category}` : 'tag';
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      {monogram && (
        <span class="monogram" aria-hidden="true">
          {monogram}
        </span>
      )}
      <span class="tag-text">{children}</span>
    </>
  );
  return href === undefined ? (
    <span class={className} title={title}>
      {inside}
    </span>
  ) : (
    <a class={className} href={safeUrl(href)} title={title}>
      {inside}
    </a>
  );
}

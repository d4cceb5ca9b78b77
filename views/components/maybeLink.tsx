import type { HTMLAttributes } from 'preact';
import { safeUrl } from '../safe.js';

interface MaybeLinkProps extends Pick<HTMLAttributes<HTMLElement>, 'class' | 'dir' | 'title' | 'children'> {
  readonly href: string | null;
}

/** A link, or its text where it leads to nothing that is for the viewer. */
export function MaybeLink({ href, ...rest }: MaybeLinkProps) {
  return href === null ? <span {...rest} /> : <a href={safeUrl(href)} {...rest} />;
}

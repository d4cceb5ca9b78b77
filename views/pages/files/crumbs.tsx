import { CopyButton } from '../../components/copy.js';
import { safeUrl } from '../../safe.js';
import { visibleText } from '../../visibleText.js';

/** A part of a path with its address; the first is the repository. */
export interface Crumb {
  readonly text: string;
  readonly href: string;
}

export function Crumbs({ crumbs, path }: { readonly crumbs: readonly Crumb[]; readonly path: string }) {
  return (
    <nav class="crumbs mono" aria-label="Path">
      {crumbs.map((crumb, index) => (
        <span key={crumb.href}>
          {index > 0 && ' / '}
          <a href={safeUrl(crumb.href)} aria-current={index === crumbs.length - 1 ? 'page' : undefined}>
            <bdi>{visibleText(crumb.text)}</bdi>
          </a>
        </span>
      ))}
      {path && <CopyButton text={path} label="Copy path" />}
    </nav>
  );
}

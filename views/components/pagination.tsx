import { formatCount } from '../format.js';
import { safeUrl } from '../safe.js';
import { Icon } from './icon.js';

interface PaginationProps {
  /** 0-based. */
  readonly page: number;
  readonly pages: number;
  readonly href: (page: number) => string;
  readonly label: string;
}

/** Previous, first, the neighbours, last, next; nothing when there is one page. */
export function Pagination({ page, pages, href, label }: PaginationProps) {
  if (pages <= 1) return null;
  return (
    <nav class="pagination" aria-label={label}>
      <ul>
        <li>{step(page > 0 ? href(page - 1) : null, 'prev')}</li>
        {numbers(page, pages).map((number, i) =>
          number === null ? (
            <li key={`gap-${i}`} class="pagination-gap" aria-hidden="true">
              …
            </li>
          ) : (
            <li key={number}>
              <a
                href={safeUrl(href(number))}
                aria-current={number === page ? 'page' : undefined}
                aria-label={`Page ${number + 1}`}
              >
                {formatCount(number + 1)}
              </a>
            </li>
          ),
        )}
        <li>{step(page < pages - 1 ? href(page + 1) : null, 'next')}</li>
      </ul>
    </nav>
  );
}

function step(href: string | null, rel: 'prev' | 'next') {
  const text = rel === 'prev' ? 'Previous' : 'Next';
  const inside = (
    <>
      {rel === 'prev' && <Icon name="chevron-left" />}
      <span>{text}</span>
      {rel === 'next' && <Icon name="chevron-right" />}
    </>
  );
  if (href === null) return <span class="pagination-off">{inside}</span>;
  return (
    <a href={safeUrl(href)} rel={rel}>
      {inside}
    </a>
  );
}

/** 0-based page numbers to show; null is a gap. */
export function numbers(page: number, pages: number): (number | null)[] {
  const wanted = [0, page - 1, page, page + 1, pages - 1].filter((number) => number >= 0 && number < pages);
  const shown: (number | null)[] = [];
  for (const number of [...new Set(wanted)].sort((a, b) => a - b)) {
    const last = shown.at(-1) ?? -1;
    if (number - last === 2) shown.push(number - 1);
    else if (number - last > 2) shown.push(null);
    shown.push(number);
  }
  return shown;
}

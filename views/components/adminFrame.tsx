import type { ComponentChildren } from 'preact';
import { type Chrome, useChrome } from '../chrome.js';
import { plural } from '../format.js';
import { safeUrl } from '../safe.js';
import { ActionTable } from './actionTable.js';
import { CsrfField } from './form.js';
import { Pagination } from './pagination.js';
import { SideNavPage } from './sideNavPage.js';

const pages = [
  { href: '/-/admin', text: 'Overview' },
  { href: '/-/admin/users', text: 'Users' },
  { href: '/-/admin/repos', text: 'Repositories' },
  { href: '/-/admin/jobs', text: 'Jobs' },
  { href: '/-/admin/storage', text: 'Storage' },
  { href: '/-/admin/reports', text: 'Reports' },
  { href: '/-/admin/quarantine', text: 'Quarantine' },
] as const;

interface AdminFrameProps {
  readonly chrome: Chrome;
  readonly title: string;
  readonly current: (typeof pages)[number]['href'];
  readonly children: ComponentChildren;
}

/** Frame of the administrators' pages. */
export function AdminFrame({ chrome, title, current, children }: AdminFrameProps) {
  return (
    <SideNavPage chrome={chrome} title={title} label="Administration" pages={pages} current={current} isAdmin>
      {children}
    </SideNavPage>
  );
}

/** Which part of a long table is shown. */
export interface TablePage {
  /** 0-based. */
  readonly page: number;
  readonly size: number;
  /** null = the table has no search. */
  readonly search: string | null;
  /** Address without the page's number. */
  readonly path: string;
}

interface AdminTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly total: number;
  readonly page: TablePage;
  /** Says that there is nothing. */
  readonly none: string;
  readonly children: ComponentChildren;
}

/** A table that is read by pages, with a search where there is one; its last column holds buttons. */
export function AdminTable({ label, heads, total, page, none, children }: AdminTableProps) {
  const { search, path } = page;
  const id = label.toLowerCase().replaceAll(' ', '-');
  const address = (number: number): string => {
    const query = new URLSearchParams({ ...(search && { q: search }), ...(number > 0 && { p: String(number) }) });
    return query.size > 0 ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path;
  };
  return (
    <section class="stack" aria-labelledby={id}>
      <h2 id={id} class="section-title">
        {label} <span class="quiet small">{plural(total, 'row')}</span>
      </h2>
      {search !== null && (
        <form class="search-line" method="get" action={safeUrl(path)}>
          <input
            class="input"
            type="search"
            name="q"
            value={search}
            placeholder="Part of a name"
            aria-label={`Search ${label.toLowerCase()}`}
          />
          <button class="button" type="submit">
            Search
          </button>
        </form>
      )}
      {total === 0 ? (
        <p class="quiet">{search ? `Nothing has “${search}” in its name.` : none}</p>
      ) : (
        <ActionTable label={`Table: ${label}`} heads={heads}>
          {children}
        </ActionTable>
      )}
      <Pagination page={page.page} pages={Math.ceil(total / page.size)} href={address} label={`Pages of ${label}`} />
    </section>
  );
}

interface DoesProps {
  readonly action: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Whom or what it is about, for those who hear the page. */
  readonly about?: string;
  readonly danger?: boolean;
  readonly children: ComponentChildren;
}

/** A button that asks the page that it stands on for a change. */
export function Does({ action, fields = {}, about, danger, children }: DoesProps) {
  return (
    <form method="post" action={safeUrl(useChrome().url)}>
      <CsrfField />
      <Hidden fields={fields} />
      <button class={danger ? 'button button-danger' : 'button'} type="submit" name="action" value={action}>
        {children}
        {about && <span class="visually-hidden"> {about}</span>}
      </button>
    </form>
  );
}

/** As Does, with a reason that is written down and shown. */
export function DoesWithReason({
  action,
  fields = {},
  about,
  maxReason = 500,
  children,
}: DoesProps & { readonly maxReason?: number }) {
  return (
    <details class="confirm">
      <summary class="button">
        {children}
        {about && <span class="visually-hidden"> {about}</span>}
      </summary>
      <form class="form" method="post" action={safeUrl(useChrome().url)}>
        <CsrfField />
        <Hidden fields={fields} />
        <input
          class="input"
          name="reason"
          maxlength={maxReason}
          placeholder="Reason"
          aria-label={`Reason for ${about}`}
        />
        <button class="button button-danger" type="submit" name="action" value={action}>
          {children} {about}
        </button>
      </form>
    </details>
  );
}

function Hidden({ fields }: { readonly fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** What somebody wrote, in any script, with room for it. */
export function Words({ text }: { readonly text: string }) {
  return (
    <span class="admin-words" dir="auto">
      {text}
    </span>
  );
}

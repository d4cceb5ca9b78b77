import type { ComponentChildren } from 'preact';
import type { RepoKind } from '../../config/repo.js';
import { type Chrome, useChrome } from '../chrome.js';
import { formatCount } from '../format.js';
import { safeUrl } from '../safe.js';
import { CopyButton } from './copy.js';
import { CsrfField } from './form.js';
import { Page, type PageProps } from './frame.js';
import { Icon } from './icon.js';
import { sectionOf } from './siteHeader.js';
import { UseButton } from './useRepository.js';

/** What every page of one repository shows at its top. */
export interface RepoHead {
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  /** `/owner/name` */
  readonly path: string;
  readonly private: boolean;
  readonly gated: boolean;
  readonly defaultBranch: string;
  readonly mayWrite: boolean;
  /** Whether there are settings for the viewer. */
  readonly mayManage: boolean;
  /** Open discussions and pull requests. */
  readonly discussions?: number;
  readonly likes: number;
  /** Whether the viewer likes it. */
  readonly liked: boolean;
}

interface RepoFrameProps
  extends Pick<PageProps, 'description' | 'social' | 'math' | 'modules' | 'noIndex' | 'canonical'> {
  readonly chrome: Chrome;
  readonly head: RepoHead;
  readonly tab: 'card' | 'files' | 'community' | 'settings';
  readonly title?: string;
  readonly under?: ComponentChildren;
  readonly children: ComponentChildren;
}

interface Tab {
  readonly key: RepoFrameProps['tab'];
  readonly href: string;
  readonly text: string;
  readonly count?: number | undefined;
}

const cardTabs: Readonly<Record<RepoKind, string>> = { model: 'Model card', dataset: 'Dataset card', space: 'Card' };

/** The frame of a repository's pages: name, tags, tabs. */
export function RepoFrame({ chrome, head, tab, title, under, children, ...rest }: RepoFrameProps) {
  const id = `${head.owner}/${head.name}`;
  const tabs: readonly Tab[] = [
    { key: 'card', href: head.path, text: cardTabs[head.kind] },
    { key: 'files', href: `${head.path}/tree/${encodeURIComponent(head.defaultBranch)}`, text: 'Files and versions' },
    { key: 'community', href: `${head.path}/discussions`, text: 'Community', count: head.discussions },
    ...(head.mayManage ? [{ key: 'settings' as const, href: `${head.path}/settings`, text: 'Settings' }] : []),
  ];
  return (
    <Page chrome={chrome} title={title ? `${title} · ${id}` : id} current={sectionOf(head.kind)} {...rest}>
      <header class="repo-head">
        <h1 class="repo-name">
          <a href={safeUrl(`/${head.owner}`)}>{head.owner}</a> / <a href={safeUrl(head.path)}>{head.name}</a>
        </h1>
        <CopyButton text={id} label="Copy name" />
        {head.private && <span class="tag">Private</span>}
        {head.gated && <span class="tag">Gated</span>}
        <LikeButton head={head} />
      </header>
      <p class="print-only mono">
        {chrome.baseUrl}
        {head.path}
      </p>
      {under}
      <div class="repo-bar">
        <nav class="tabs" aria-label="Repository">
          {tabs.map(({ key, href, text, count }) => (
            <a key={key} href={safeUrl(href)} aria-current={key === tab ? 'page' : undefined}>
              {text}
              {count ? <span class="small quiet"> {formatCount(count)}</span> : null}
            </a>
          ))}
        </nav>
        <div class="repo-actions">
          <UseButton head={head} />
          <MoreMenu head={head} />
        </div>
      </div>
      <div class="stack">{children}</div>
    </Page>
  );
}

/** What is wanted seldom. */
function MoreMenu({ head }: { readonly head: RepoHead }) {
  return (
    <details class="menu">
      <summary class="button button-quiet" aria-label="More">
        <Icon name="ellipsis" />
      </summary>
      <ul class="menu-panel">
        <li>
          <CopyButton text={`${head.owner}/${head.name}`} shown="Copy name" />
        </li>
        <li>
          <a href={safeUrl(`/collections/add?item=${encodeURIComponent(head.path.slice(1))}`)} rel="nofollow">
            <Icon name="layers" /> Add to collection
          </a>
        </li>
        <li>
          <a href={safeUrl(`${head.path}/report`)} rel="nofollow">
            <Icon name="triangle-alert" /> Report
          </a>
        </li>
      </ul>
    </details>
  );
}

/** People who are not signed in are led to the login, and back. */
function LikeButton({ head }: { readonly head: RepoHead }) {
  const { viewer } = useChrome();
  const count = <span class="like-count">{formatCount(head.likes)}</span>;
  if (!viewer) {
    return (
      <a class="button" href={safeUrl(`/login?next=${encodeURIComponent(head.path)}`)}>
        <Icon name="heart" /> Like {count}
      </a>
    );
  }
  return (
    <form method="post" action={safeUrl(`${head.path}/like`)}>
      <CsrfField />
      <button
        type="submit"
        class={head.liked ? 'button like liked' : 'button like'}
        name="do"
        value={head.liked ? 'unlike' : 'like'}
        aria-pressed={head.liked}
      >
        <Icon name="heart" /> {head.liked ? 'Liked' : 'Like'} {count}
      </button>
    </form>
  );
}

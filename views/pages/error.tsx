import type { ComponentChildren } from 'preact';
import type { Chrome } from '../chrome.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { MaybeLink } from '../components/maybeLink.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { safeUrl } from '../safe.js';

export interface ErrorView {
  readonly status: number;
  readonly title: string;
  readonly message: string;
  readonly hint: string | null;
  /** Whom to ask. */
  readonly contact: string | null;
  /** At most three; the first is the main one. */
  readonly actions: readonly { readonly text: string; readonly href: string }[];
  /** The repository that the address is of, where the viewer sees it. */
  readonly head: RepoHead | null;
  /** Where the same place may be. */
  readonly branches: readonly { readonly text: string; readonly href: string }[];
  /** The commit that took the file away. */
  readonly last: { readonly title: string; readonly href: string | null } | null;
  /** Prefills a search box, for addresses that may be mistyped. */
  readonly search: string | null;
}

/** One layout for every failure: code, plain title, what happened, what helps, request id. */
export function ErrorPage({ chrome, view }: { readonly chrome: Chrome; readonly view: ErrorView }) {
  const { head, title } = view;
  if (head) {
    return (
      <RepoFrame chrome={chrome} head={head} tab="files" title={title} noIndex>
        <Failure chrome={chrome} view={view} heading={<h2>{title}</h2>} />
      </RepoFrame>
    );
  }
  return (
    <Page chrome={chrome} title={title} width="narrow" noIndex>
      <Failure chrome={chrome} view={view} heading={<h1>{title}</h1>} />
    </Page>
  );
}

interface FailureProps {
  readonly chrome: Chrome;
  readonly view: ErrorView;
  readonly heading: ComponentChildren;
}

function Failure({ chrome, view, heading }: FailureProps) {
  return (
    <div class="error-page">
      <p class="error-code mono">{view.status}</p>
      {heading}
      <p>{view.message}</p>
      {view.hint && <p class="quiet">{view.hint}</p>}
      {view.last && (
        <p>
          It was last changed by <MaybeLink href={view.last.href}>{view.last.title}</MaybeLink>, which may have deleted
          or renamed it.
        </p>
      )}
      {view.branches.length > 0 && (
        <>
          <p>Branches that are there:</p>
          <ul class="tags">
            {view.branches.map(({ text, href }) => (
              <li key={text}>
                <a class="tag" href={safeUrl(href)}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {view.contact && <p>Contact: {view.contact}</p>}
      {view.search !== null && (
        <search>
          <form class="search-line" action="/models" method="get">
            <label class="visually-hidden" for="error-search">
              Search models
            </label>
            <input id="error-search" class="input" type="search" name="search" value={view.search} />
            <button class="button" type="submit">
              <Icon name="search" /> Search
            </button>
          </form>
        </search>
      )}
      {view.actions.length > 0 && (
        <p class="button-row">
          {view.actions.map(({ text, href }, i) => (
            <a key={href} class={i === 0 ? 'button button-primary' : 'button'} href={safeUrl(href)}>
              {text}
            </a>
          ))}
        </p>
      )}
      <p class="error-request small quiet">
        Request <span class="mono">{chrome.requestId}</span>
      </p>
    </div>
  );
}

import type { Chrome } from '../chrome.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
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
  /** Prefills a search box, for addresses that may be mistyped. */
  readonly search: string | null;
}

/** One layout for every failure: code, plain title, what happened, what helps, request id. */
export function ErrorPage({ chrome, view }: { readonly chrome: Chrome; readonly view: ErrorView }) {
  return (
    <Page chrome={chrome} title={view.title} width="narrow" noIndex>
      <div class="error-page">
        <p class="error-code mono">{view.status}</p>
        <h1>{view.title}</h1>
        <p>{view.message}</p>
        {view.hint && <p class="quiet">{view.hint}</p>}
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
    </Page>
  );
}

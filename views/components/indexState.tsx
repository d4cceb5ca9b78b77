import type { HTMLAttributes } from 'preact';
import { safeUrl } from '../safe.js';
import { CsrfField } from './form.js';
import { Notice } from './notice.js';
import { Age } from './time.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-poll': HTMLAttributes<HTMLElement> & { 'data-fragment': string };
    }
  }
}

export type IndexStateView =
  | { readonly kind: 'running'; readonly path: string; readonly commit: string | null }
  | {
      readonly kind: 'failed';
      readonly path: string;
      readonly reason: string;
      readonly atMs: number;
      readonly mayRetry: boolean;
    };

/** Whether what the page says is that of the latest push. While it is not, `hub-poll` asks again; without script one reloads. */
export function IndexState({ state }: { readonly state: IndexStateView }) {
  if (state.kind === 'running') {
    return (
      <hub-poll data-fragment="index-state">
        <Notice role="status">
          Indexing commit <code>{state.commit?.slice(0, 7) ?? 'none'}</code>: tags and widget may be out of date.{' '}
          <a href={safeUrl(state.path)}>Reload</a>
        </Notice>
      </hub-poll>
    );
  }
  return (
    <Notice tone="danger" role="status">
      <p>
        The latest push could not be indexed (<Age atMs={state.atMs} />
        ): tags and widget are those of before.
      </p>
      <p dir="auto">{state.reason}</p>
      {state.mayRetry && (
        <form method="post" action={safeUrl(`${state.path}/reindex`)}>
          <CsrfField />
          <button class="button" type="submit">
            Re-index
          </button>
        </form>
      )}
    </Notice>
  );
}

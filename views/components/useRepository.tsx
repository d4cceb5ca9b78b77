import { Fragment, type HTMLAttributes } from 'preact';
import type { RepoKind } from '../../config/repo.js';
import { safeUrl } from '../safe.js';
import { CodeBlock } from './copy.js';
import { Icon } from './icon.js';
import type { RepoHead } from './repoFrame.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-use': HTMLAttributes<HTMLElement>;
    }
  }
}

export interface UseTab {
  readonly key: string;
  readonly title: string;
  readonly blocks: readonly { readonly title: string | null; readonly text: string }[];
}

/** How to get and run a repository from outside. */
export interface UseView {
  readonly kind: RepoKind;
  readonly tabs: readonly UseTab[];
  readonly knowsLibrary: boolean;
}

/** A link to the page with the snippets; `hub-use` shows them in a dialog instead. */
export function UseButton({ head }: { readonly head: RepoHead }) {
  return (
    <hub-use>
      <a class="button button-primary" href={safeUrl(`${head.path}?use=1#use`)} rel="nofollow">
        Use this {head.kind}
      </a>
    </hub-use>
  );
}

export function UseSection({ view }: { readonly view: UseView }) {
  return (
    <section class="panel" id="use" aria-labelledby="use-title">
      <h2 id="use-title">Use this {view.kind}</h2>
      <UseTabs view={view} />
    </section>
  );
}

export function UseDialog({ view }: { readonly view: UseView }) {
  return (
    <dialog class="dialog" aria-labelledby="use-title">
      <div class="dialog-head">
        <h2 id="use-title">Use this {view.kind}</h2>
        <form method="dialog">
          <button type="submit" class="button button-quiet" aria-label="Close">
            <Icon name="x" />
          </button>
        </form>
      </div>
      <UseTabs view={view} />
    </dialog>
  );
}

/** Tabs that need no script: each is a radio button, and its panel follows it. */
function UseTabs({ view: { tabs, kind, knowsLibrary } }: { readonly view: UseView }) {
  return (
    <>
      <fieldset class="use-tabs">
        <legend class="visually-hidden">By</legend>
        {tabs.map(({ key, title, blocks }, place) => (
          <Fragment key={key}>
            <input
              type="radio"
              name="use"
              id={`use-${key}`}
              class="visually-hidden"
              checked={place === 0}
              autocomplete="off"
            />
            <label for={`use-${key}`}>{title}</label>
            <div class="use-panel">
              {blocks.map((block, index) => (
                <div key={index}>
                  {block.title && <h3 class="facts-title">{block.title}</h3>}
                  <CodeBlock
                    text={block.text}
                    label={[title, block.title, blocks.length > 1 && !block.title ? index + 1 : null]
                      .filter(Boolean)
                      .join(', ')}
                  />
                </div>
              ))}
            </div>
          </Fragment>
        ))}
      </fieldset>
      {kind === 'model' && !knowsLibrary && (
        <p class="muted small">
          Which library loads it is not known: add <code>library_name</code> to the card, and its code stands here. The
          files are there in any case. <a href="/docs/hub/model-cards#model-card-metadata">Fields of a card</a>
        </p>
      )}
    </>
  );
}

import { repoKey } from '../../config/repo.js';
import type { Chrome } from '../chrome.js';
import { CollectionRow, type CollectionRowView } from '../components/collectionRow.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRow, type ShownRow } from '../components/modelRow.js';
import { Age } from '../components/time.js';
import { plural } from '../format.js';
import { safeUrl } from '../safe.js';

export type CollectionItemView = { readonly note: string } & (
  | { readonly row: ShownRow }
  | { readonly nested: CollectionRowView }
);

export interface CollectionView extends Omit<CollectionRowView, 'items'> {
  readonly items: readonly CollectionItemView[];
  readonly mayWrite: boolean;
  readonly nowMs: number;
}

/** `/collections/{owner}/{slug}` */
export function CollectionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: CollectionView }) {
  const { slug, owner, title, description, items, nowMs } = view;
  return (
    <Page
      chrome={chrome}
      title={title}
      canonical={`/collections/${slug}`}
      description={description || `A collection of ${owner}.`}
      noIndex={view.private}
    >
      <div class="stack">
        <header class="page-head">
          <h1 class="breaks" dir="auto">
            {title}
          </h1>
          {description && (
            <p class="breaks" dir="auto">
              {description}
            </p>
          )}
          <ul class="row-facts">
            <li>
              Collection of{' '}
              <a class="mono" href={safeUrl(`/${owner}`)}>
                {owner}
              </a>
            </li>
            {view.private && (
              <li>
                <Icon name="lock" /> private
              </li>
            )}
            <li>{plural(items.length, 'item')}</li>
            <li>
              <span>Updated </span>
              <Age atMs={view.updatedAtMs} nowMs={nowMs} />
            </li>
          </ul>
        </header>
        {view.mayWrite && (
          <div class="button-row">
            <a class="button" href={safeUrl(`/collections/${slug}/edit`)}>
              <Icon name="pencil" /> Edit collection
            </a>
          </div>
        )}
        {items.length === 0 ? (
          <div class="empty">
            <p>Nothing is in this collection{view.mayWrite ? ' yet.' : ' that you may see.'}</p>
          </div>
        ) : (
          <>
            <h2 class="visually-hidden">Items</h2>
            <ul class="rows" aria-label={`Items of ${title}`}>
              {items.map((item) => (
                <Item key={keyOf(item)} item={item} nowMs={nowMs} />
              ))}
            </ul>
          </>
        )}
      </div>
    </Page>
  );
}

function Item({ item, nowMs }: { readonly item: CollectionItemView; readonly nowMs: number }) {
  if ('nested' in item) return <CollectionRow collection={item.nested} nowMs={nowMs} note={item.note} />;
  return <ModelRow row={item.row} nowMs={nowMs} note={item.note} />;
}

function keyOf(item: CollectionItemView): string {
  return 'nested' in item ? item.nested.slug : repoKey(item.row);
}

interface CollectionsPageProps {
  readonly chrome: Chrome;
  readonly collections: readonly CollectionRowView[];
  readonly nowMs: number;
}

/** `/collections`: the latest changed. */
export function CollectionsPage({ chrome, collections, nowMs }: CollectionsPageProps) {
  return (
    <Page chrome={chrome} title="Collections" canonical="/collections" description="Lists of models and datasets.">
      <div class="stack">
        <header class="page-head">
          <h1>Collections</h1>
          <p>Lists of repositories that people and organisations of this hub made.</p>
        </header>
        {chrome.viewer && (
          <div class="button-row">
            <a class="button" href="/collections/new">
              <Icon name="plus" /> New collection
            </a>
          </div>
        )}
        {collections.length === 0 ? (
          <div class="empty">
            <p>Nobody made one yet.</p>
          </div>
        ) : (
          <>
            <h2 class="visually-hidden">The latest changed</h2>
            <ul class="rows rows-2" aria-label="Collections">
              {collections.map((collection) => (
                <CollectionRow key={collection.slug} collection={collection} nowMs={nowMs} />
              ))}
            </ul>
          </>
        )}
      </div>
    </Page>
  );
}

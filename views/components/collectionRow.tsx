import { formatCount, plural } from '../format.js';
import { safeUrl } from '../safe.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';
import { Age } from './time.js';

export interface CollectionRowView {
  /** `owner/title-id` */
  readonly slug: string;
  readonly owner: string;
  readonly title: string;
  readonly description: string;
  readonly private: boolean;
  readonly updatedAtMs: number;
  /** Of those that the viewer sees; null = nobody counted. */
  readonly items: number | null;
}

interface CollectionRowProps {
  readonly collection: CollectionRowView;
  readonly nowMs: number;
  /** What somebody wrote beside it. */
  readonly note?: string;
}

/** One collection of a list, in the form of a repository's row. */
export function CollectionRow({ collection, nowMs, note }: CollectionRowProps) {
  const { slug, owner, title, description, items } = collection;
  return (
    <li class="row">
      <article class="row-card">
        <h3 class="row-name">
          <Avatar name={owner} />
          <a href={safeUrl(`/collections/${slug}`)} dir="auto">
            {title}
          </a>
          {collection.private && (
            <span class="badge">
              <Icon name="lock" /> private
            </span>
          )}
        </h3>
        {(note || description) && (
          <p class="small quiet breaks" dir="auto">
            {note || description}
          </p>
        )}
        <ul class="row-facts">
          <li>Collection of {owner}</li>
          {items !== null && <li title={`${formatCount(items)} items`}>{plural(items, 'item')}</li>}
          <li>
            <span class="visually-hidden">Updated </span>
            <Age atMs={collection.updatedAtMs} nowMs={nowMs} />
          </li>
        </ul>
      </article>
    </li>
  );
}

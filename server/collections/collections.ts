import { randomBytes } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';

export const themes = ['orange', 'blue', 'green', 'purple', 'pink', 'indigo'] as const;
export type Theme = (typeof themes)[number];
export const limits = { title: 60, description: 150, note: 500, items: 1000, ofOwner: 1000 } as const;

export interface Collection {
  /** 24 hex digits. */
  readonly id: string;
  /** As it is spelled. */
  readonly owner: string;
  readonly ownerIsOrganization: boolean;
  readonly title: string;
  readonly description: string;
  readonly private: boolean;
  readonly theme: Theme;
  /** Among those of its owner, from 0; gaps are possible. */
  readonly position: number;
  readonly createdBy: number | null;
  readonly updatedAtMs: number;
}

export interface CollectionItem {
  readonly id: string;
  readonly collectionId: string;
  readonly thing: Thing;
  readonly position: number;
  readonly note: string;
}

/** What a collection holds. */
export type Thing = { readonly repoId: number } | { readonly nestedId: string };

export interface CollectionChange {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly private?: boolean | undefined;
  readonly theme?: Theme | undefined;
  /** Where it shall stand, from 0; others make room. */
  readonly position?: number | undefined;
}

export interface WantedCollections {
  /** Any of these names; empty = all. */
  readonly owners: readonly string[];
  /** Any of these; null = whatever they hold. */
  readonly holding: readonly Thing[] | null;
  /** Part of a title. */
  readonly search: string;
  /** Only what comes after this one. */
  readonly after: { readonly updatedAtMs: number; readonly id: string } | null;
}

/** Collections as hub.sqlite knows them; who may see and change them is asked of `can`. The only writer of these tables. */
export interface Collections {
  byId(id: string): Collection | null;
  byTitle(owner: string, title: string): Collection | null;
  /** In the order that their people gave them. */
  ofOwner(owner: string): readonly Collection[];
  /** The latest changed first; read only as far as one needs. */
  list(wanted: WantedCollections): Iterable<Collection>;
  /** @throws HubError CONFLICT when the owner has too many, NOT_FOUND for an owner who is not there */
  create(
    collection: Pick<Collection, 'owner' | 'title' | 'description' | 'private'> & { readonly createdBy: number },
  ): Collection;
  change(id: string, change: CollectionChange): void;
  remove(id: string): void;
  /** In their order. */
  items(id: string): readonly CollectionItem[];
  /** At the end. @throws HubError CONFLICT when it is there, or the collection is full */
  add(id: string, thing: Thing, note: string): CollectionItem;
  /** @throws HubError NOT_FOUND */
  changeItem(
    id: string,
    itemId: string,
    change: { readonly note?: string | undefined; readonly position?: number | undefined },
  ): void;
  /** @throws HubError NOT_FOUND */
  removeItem(id: string, itemId: string): void;
}

interface Stored {
  readonly id: string;
  readonly user_id: number | null;
  readonly organization_id: number | null;
  readonly owner: string;
  readonly title: string;
  readonly description: string;
  readonly private: number;
  readonly theme: Theme;
  readonly position: number;
  readonly created_by: number | null;
  readonly updated_at: number;
}

interface StoredItem {
  readonly id: string;
  readonly collection_id: string;
  readonly repo_id: number | null;
  readonly nested_id: string | null;
  readonly position: number;
  readonly note: string;
}

const select = `SELECT c.*, coalesce(u.name, o.name) AS owner FROM collections c
  LEFT JOIN users u ON u.id = c.user_id LEFT JOIN organizations o ON o.id = c.organization_id`;
const ofNames =
  'c.user_id IN (SELECT id FROM users WHERE name IN (SELECT value COLLATE NOCASE FROM json_each(@owners))) ' +
  'OR c.organization_id IN (SELECT id FROM organizations WHERE name IN (SELECT value COLLATE NOCASE FROM json_each(@owners)))';

export function createCollections(db: SqliteDatabase, now: () => number): Collections {
  const one = db.prepare<[string], Stored>(`${select} WHERE c.id = ?`);
  const owned = db.prepare<{ owners: string }, Stored>(`${select} WHERE ${ofNames} ORDER BY c.position, c.id`);
  const listed = db.prepare<Record<string, string | number | null>, Stored>(
    `${select} WHERE (@owners IS NULL OR ${ofNames})
       AND (@holding IS NULL OR c.id IN (SELECT i.collection_id FROM collection_items i JOIN json_each(@holding) h
         ON i.repo_id = h.value ->> 'repoId' OR i.nested_id = h.value ->> 'nestedId'))
       AND (@search = '' OR instr(lower(c.title), lower(@search)) > 0)
       AND (@afterId IS NULL OR (c.updated_at, c.id) < (@afterAt, @afterId))
     ORDER BY c.updated_at DESC, c.id DESC LIMIT 1000`,
  );
  const ownerIds = db.prepare<[string, string], { user_id: number | null; organization_id: number | null }>(
    'SELECT id AS user_id, NULL AS organization_id FROM users WHERE name = ? ' +
      'UNION ALL SELECT NULL, id FROM organizations WHERE name = ?',
  );
  const insert = db.prepare(
    `INSERT INTO collections (id, user_id, organization_id, title, description, private, theme, position, created_by, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    'UPDATE collections SET title = ?, description = ?, private = ?, theme = ?, updated_at = ? WHERE id = ?',
  );
  const touch = db.prepare('UPDATE collections SET updated_at = ? WHERE id = ?');
  const place = db.prepare('UPDATE collections SET position = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM collections WHERE id = ?');
  const itemsOf = db.prepare<[string], StoredItem>(
    'SELECT * FROM collection_items WHERE collection_id = ? ORDER BY position, id',
  );
  const insertItem = db.prepare(
    'INSERT INTO collection_items (id, collection_id, repo_id, nested_id, position, note) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const setNote = db.prepare('UPDATE collection_items SET note = ? WHERE id = ?');
  const placeItem = db.prepare('UPDATE collection_items SET position = ? WHERE id = ?');
  const dropItem = db.prepare('DELETE FROM collection_items WHERE id = ? AND collection_id = ?');

  const ofOwner = (owner: string): readonly Collection[] =>
    owned.all({ owners: JSON.stringify([owner]) }).map(toCollection);
  const byId = (id: string): Collection | null => {
    const row = one.get(id);
    return row ? toCollection(row) : null;
  };
  const items = (id: string): readonly CollectionItem[] => itemsOf.all(id).map(toItem);
  const requireItem = (id: string, itemId: string): void => {
    if (!items(id).some((item) => item.id === itemId))
      throw new HubError('NOT_FOUND', { reason: 'The collection has no such item' });
  };
  return {
    byId,
    byTitle: (owner, title) => ofOwner(owner).find((collection) => collection.title === title) ?? null,
    ofOwner,
    *list({ owners, holding, search, after }) {
      // Read whole: nothing may hold a statement open while others write.
      const rows = listed.all({
        owners: owners.length > 0 ? JSON.stringify(owners) : null,
        holding: holding && JSON.stringify(holding),
        search,
        afterAt: after?.updatedAtMs ?? null,
        afterId: after?.id ?? null,
      });
      for (const row of rows) yield toCollection(row);
    },
    create: db.transaction(({ owner, title, description, private: isPrivate, createdBy }) => {
      const ids = ownerIds.get(owner, owner);
      if (!ids) throw new HubError('NOT_FOUND', { reason: `Nobody is called ${owner}` });
      const others = ofOwner(owner);
      if (others.length >= limits.ofOwner)
        throw new HubError('CONFLICT', { reason: `${owner} has ${limits.ofOwner} collections: no more are taken` });
      const id = newId();
      const theme = themes[Number.parseInt(id.slice(-4), 16) % themes.length];
      const position = (others.at(-1)?.position ?? -1) + 1;
      const { user_id, organization_id } = ids;
      insert.run(
        id,
        user_id,
        organization_id,
        title,
        description,
        Number(isPrivate),
        theme,
        position,
        createdBy,
        now(),
      );
      return byId(id)!;
    }),
    change: db.transaction((id, change) => {
      const before = byId(id);
      if (!before) throw new HubError('NOT_FOUND', { reason: 'There is no such collection' });
      const { title, description, private: isPrivate, theme } = { ...before, ...defined(change) };
      update.run(title, description, Number(isPrivate), theme, now(), id);
      if (change.position === undefined) return;
      const order = moved(ofOwner(before.owner), id, change.position);
      for (const [position, other] of order.entries()) place.run(position, other);
    }),
    remove: (id) => void drop.run(id),
    items,
    add: db.transaction((id, thing, note) => {
      const others = items(id);
      if (others.some((other) => isSame(other.thing, thing)))
        throw new HubError('CONFLICT', { reason: 'It is in the collection already' });
      if (others.length >= limits.items)
        throw new HubError('CONFLICT', { reason: `The collection has ${limits.items} items: no more are taken` });
      const itemId = newId();
      const position = (others.at(-1)?.position ?? -1) + 1;
      const { repoId = null, nestedId = null } = thing as { repoId?: number; nestedId?: string };
      insertItem.run(itemId, id, repoId, nestedId, position, note);
      touch.run(now(), id);
      return { id: itemId, collectionId: id, thing, position, note };
    }),
    changeItem: db.transaction((id, itemId, { note, position }) => {
      requireItem(id, itemId);
      if (note !== undefined) setNote.run(note, itemId);
      const order = position === undefined ? [] : moved(items(id), itemId, position);
      for (const [place, other] of order.entries()) placeItem.run(place, other);
      touch.run(now(), id);
    }),
    removeItem: db.transaction((id, itemId) => {
      requireItem(id, itemId);
      dropItem.run(itemId, id);
      touch.run(now(), id);
    }),
  };
}

function newId(): string {
  return randomBytes(12).toString('hex');
}

/** Ids in the order that has `id` at `position`, or at the end when that is further. */
function moved(list: readonly { readonly id: string }[], id: string, position: number): readonly string[] {
  const others = list.map((entry) => entry.id).filter((other) => other !== id);
  return [...others.slice(0, position), id, ...others.slice(position)];
}

function isSame(a: Thing, b: Thing): boolean {
  if ('repoId' in a) return 'repoId' in b && a.repoId === b.repoId;
  return 'nestedId' in b && a.nestedId === b.nestedId;
}

function defined(change: CollectionChange): Partial<Collection> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function toCollection(row: Stored): Collection {
  const { id, owner, title, description, theme, position } = row;
  return {
    id,
    owner,
    ownerIsOrganization: row.organization_id !== null,
    title,
    description,
    private: row.private === 1,
    theme,
    position,
    createdBy: row.created_by,
    updatedAtMs: row.updated_at,
  };
}

function toItem({ id, collection_id, repo_id, nested_id, position, note }: StoredItem): CollectionItem {
  const thing = repo_id === null ? { nestedId: nested_id! } : { repoId: repo_id };
  return { id, collectionId: collection_id, thing, position, note };
}

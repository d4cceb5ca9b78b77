import { z } from 'zod';
import { shownName } from '../../accounts/shownOwner.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { type Collection, themes } from '../../collections/collections.js';
import { type SeenItem, seenItems } from '../../collections/findCollection.js';
import { thingTypes } from '../../collections/findThing.js';
import { slugOf } from '../../collections/slug.js';
import type { Services } from '../../services.js';
import { gateShape } from '../gating/gateShape.js';

const item = z.strictObject({
  /** Of the place in this collection; the client calls it `item_object_id`. */
  _id: z.string(),
  id: z.string(),
  type: z.enum(thingTypes),
  position: z.int(),
  note: z.strictObject({ text: z.string(), html: z.string() }).optional(),
  /** Of repositories. */
  author: z.string().optional(),
  private: z.boolean().optional(),
  gated: gateShape.optional(),
  likes: z.int().optional(),
  downloads: z.int().optional(),
  lastModified: z.iso.datetime().optional(),
  pipeline_tag: z.string().optional(),
  /** Of collections: the client takes it for the id. */
  slug: z.string().optional(),
  title: z.string().optional(),
});

/** As a list has it: Python's client says the position itself, and fails on a second one. */
export const listedCollection = z.strictObject({
  slug: z.string(),
  title: z.string(),
  description: z.string().optional(),
  owner: z.strictObject({
    type: z.enum(['user', 'org']),
    name: z.string(),
    fullname: z.string(),
    avatarUrl: z.string(),
  }),
  items: z.array(item),
  lastUpdated: z.iso.datetime(),
  gating: z.literal(false),
  private: z.boolean(),
  theme: z.enum(themes),
  upvotes: z.int(),
  isUpvotedByUser: z.boolean(),
});

export const wholeCollection = listedCollection.extend({ position: z.int() });

type Needs = Pick<Services, 'catalog' | 'can' | 'collections' | 'profiles' | 'index'>;

/** Lists show the first of what a collection holds. */
const itemsInLists = 4;

export function toListed(services: Needs, viewer: Viewer, collection: Collection): z.input<typeof listedCollection> {
  return written(services, collection, seenItems(services, viewer, collection, itemsInLists));
}

export function toWhole(services: Needs, viewer: Viewer, collection: Collection): z.input<typeof wholeCollection> {
  const { position } = collection;
  return { ...written(services, collection, seenItems(services, viewer, collection)), position };
}

function written(
  services: Needs,
  collection: Collection,
  items: readonly SeenItem[],
): z.input<typeof listedCollection> {
  const { owner, ownerIsOrganization, title, description, theme } = collection;
  return {
    slug: slugOf(collection),
    title,
    ...(description ? { description } : {}),
    owner: {
      type: ownerIsOrganization ? 'org' : 'user',
      name: owner,
      fullname: shownName(services, owner),
      avatarUrl: `/-/avatars/${encodeURIComponent(owner)}`,
    },
    items: items.map((item) => toItem(services, item)),
    lastUpdated: new Date(collection.updatedAtMs).toISOString(),
    gating: false,
    private: collection.private,
    theme,
    upvotes: 0,
    isUpvotedByUser: false,
  };
}

function toItem(services: Needs, seen: SeenItem): z.input<typeof item> {
  const { id, position, note } = seen;
  const place = { _id: id, position, ...(note ? { note: { text: note, html: escaped(note) } } : {}) };
  if ('repo' in seen) return { ...place, ...repositoryFacts(services, seen.repo) };
  const { nested } = seen;
  return { ...place, id: nested.id, type: 'collection', slug: slugOf(nested), title: nested.title };
}

function repositoryFacts({ index }: Needs, { ref, private: isPrivate, gated, likes }: RepoRow) {
  const row = index.get(ref);
  const task = row?.record?.pipelineTag;
  return {
    id: `${ref.owner}/${ref.name}`,
    type: ref.kind,
    author: ref.owner,
    private: isPrivate,
    gated: gated ?? (false as const),
    likes,
    ...(row ? { downloads: row.downloads, lastModified: new Date(row.modifiedAtMs).toISOString() } : {}),
    ...(task ? { pipeline_tag: task } : {}),
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

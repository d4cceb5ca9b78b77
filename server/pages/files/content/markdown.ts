import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { parseCard } from '../../../../indexer/card/frontMatter.js';
import type { CardOptions, RenderedCard } from '../../../../views/card/plainCard.js';
import type { Services } from '../../../services.js';
import { address, type Place } from '../place.js';

const maxKeptCharacters = 4_194_304;
const maxFields = 60;
const maxValue = 500;

export interface RenderedMarkdown {
  readonly card: RenderedCard;
  /** The front matter, field by field. */
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

export type RenderMarkdown = (
  place: Place,
  oid: string,
  text: string,
  attachments?: CardOptions['attachments'],
) => Promise<RenderedMarkdown>;

/** Markdown files as cards are rendered, their links read from the folder they lie in; kept by content and place. */
export function createMarkdown({ cards, options }: Pick<Services, 'cards' | 'options'>): RenderMarkdown {
  const kept = new LRUCache<string, RenderedMarkdown>({
    maxSize: maxKeptCharacters,
    sizeCalculation: ({ card }) => card.html.length + 1,
  });
  return async ({ row, revision, path }, oid, text, attachments) => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1).replace(/\/$/, '');
    const [linkBase, rawBase] = ['blob', 'resolve'].map((door) => `${address(row, door, revision, folder)}/`);
    const nonce = createHash('sha256').update(`${oid} ${linkBase}`).digest('hex').slice(0, 16);
    const known = kept.get(nonce);
    if (known) return known;
    const { body, metadata } = parseCard(text);
    const { card, isWhole } = await cards.render(`file ${nonce}`, body, {
      linkBase: linkBase!,
      rawBase: rawBase!,
      externalImages: options.externalImages,
      nonce,
      ...(attachments && { attachments }),
    });
    const rendered = { card, metadata: fieldsOf(metadata) };
    if (isWhole) kept.set(nonce, rendered);
    return rendered;
  };
}

function fieldsOf(metadata: Readonly<Record<string, unknown>>): RenderedMarkdown['metadata'] {
  return Object.entries(metadata)
    .slice(0, maxFields)
    .map(([key, value]) => [clipped(key), clipped(written(value))] as const);
}

/** A value of a card's metadata on one line. */
export function written(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return value.join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}

function clipped(text: string): string {
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
}

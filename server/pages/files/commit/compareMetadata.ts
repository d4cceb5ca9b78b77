import { parseCard } from '../../../../indexer/card/frontMatter.js';
import type { ChangedFile } from '../../../../views/pages/files/commit.js';
import { written } from '../content/markdown.js';

const maxFields = 60;
const maxValue = 300;

/** The fields of a card's front matter that differ, in the order of the new one; null on the side that has none. */
export function compareMetadata(before: string, after: string): ChangedFile['metadata'] {
  const [old, now] = [parseCard(before).metadata, parseCard(after).metadata];
  return [...new Set([...Object.keys(now), ...Object.keys(old)])]
    .map((key) => ({ key: clipped(key), before: fieldOf(old, key), after: fieldOf(now, key) }))
    .filter((field) => field.before !== field.after)
    .slice(0, maxFields)
    .map(({ key, ...sides }) => ({
      key,
      before: sides.before && clipped(sides.before),
      after: sides.after && clipped(sides.after),
    }));
}

function fieldOf(metadata: Readonly<Record<string, unknown>>, key: string): string | null {
  return Object.hasOwn(metadata, key) ? written(metadata[key]) : null;
}

function clipped(text: string): string {
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
}

import { isJsonObject } from '../../config/jsonObject.js';

/** One entity of a text; offsets count code points and may be absent. */
export interface Entity {
  readonly entity_group?: string;
  readonly entity?: string;
  readonly word: string;
  readonly score?: number;
  readonly start?: number | null;
  readonly end?: number | null;
}

export function isEntity(value: unknown): value is Entity {
  return isJsonObject(value) && typeof value.word === 'string';
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly score: number | undefined;
}

/** The text with its entities marked, and what the colours mean. */
export function EntityText({ text, entities }: { text: string; entities: readonly Entity[] }) {
  const points = [...text];
  const spans = spansOf(points, entities);
  const labels = [...new Set(spans.map(({ label }) => label))];
  const parts = [];
  let at = 0;
  for (const span of spans) {
    parts.push(points.slice(at, span.start).join(''));
    parts.push(
      <mark
        key={span.start}
        class={`entity cat-${colourOf(span.label)}`}
        title={span.score === undefined ? undefined : `${span.label} ${span.score.toFixed(3)}`}
      >
        {points.slice(span.start, span.end).join('')} <small>{span.label}</small>
      </mark>,
    );
    at = span.end;
  }
  parts.push(points.slice(at).join(''));
  return (
    <>
      <p class="widget-text entities" dir="auto">
        {parts}
      </p>
      <ul class="legend" aria-label="Labels found">
        {labels.map((label) => (
          <li key={label} class={`cat-${colourOf(label)}`}>
            <span class="legend-colour" aria-hidden="true" /> {label}{' '}
            <span class="mono">{spans.filter((span) => span.label === label).length}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/**
 * Where the entities stand, from left to right, without overlap: where two meet, the one that begins first and is longer
 * stays. One without offsets is looked for by its word, behind the last one found.
 */
function spansOf(points: readonly string[], entities: readonly Entity[]): readonly Span[] {
  let searchFrom = 0;
  const found = entities.flatMap((entity): Span[] => {
    const label = entity.entity_group ?? entity.entity ?? '';
    const place = placeOf(points, entity) ?? search(points, entity.word, searchFrom);
    if (!place) return [];
    searchFrom = place.end;
    return [{ ...place, label, score: entity.score }];
  });
  const spans: Span[] = [];
  let taken = 0;
  for (const span of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < taken) continue;
    spans.push(span);
    taken = span.end;
  }
  return spans;
}

function placeOf(points: readonly string[], { start, end }: Entity): { start: number; end: number } | null {
  if (typeof start !== 'number' || typeof end !== 'number') return null;
  return start >= 0 && end > start && end <= points.length ? { start, end } : null;
}

function search(points: readonly string[], word: string, from: number): { start: number; end: number } | null {
  const wanted = [...word];
  if (wanted.length === 0) return null;
  for (let start = from; start + wanted.length <= points.length; start += 1) {
    if (wanted.every((point, index) => points[start + index] === point)) return { start, end: start + wanted.length };
  }
  return null;
}

/** 1 to 8; a label has the same colour on every page. */
function colourOf(label: string): number {
  let hash = 0;
  for (const character of label) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return (hash % 8) + 1;
}

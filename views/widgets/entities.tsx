import { isJsonObject } from '../../config/jsonObject.js';
import { Scrolled } from './tables.js';

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

/** The text with its entities marked, what the colours mean, and the entities as a table. */
export function EntityText({ text, entities }: { text: string; entities: readonly Entity[] }) {
  const points = [...text];
  const spans = spansOf(points, entities);
  const labels = [...new Set(spans.map(({ label }) => label))];
  return (
    <>
      <p class="widget-text entities" dir="auto">
        {piecesOf(points, spans).map((piece) => (
          <Piece key={piece.start} points={points} piece={piece} />
        ))}
      </p>
      <ul class="legend" aria-label="Labels found">
        {labels.map((label) => (
          <li key={label} class={`cat-${colourOf(label)}`}>
            <span class="legend-colour" aria-hidden="true" /> {label}{' '}
            <span class="mono">{spans.filter((span) => span.label === label).length}</span>
          </li>
        ))}
      </ul>
      {spans.length > 0 && <EntityTable points={points} spans={spans} />}
    </>
  );
}

/** A stretch of the text over which the same entities lie, the innermost last. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly over: readonly Span[];
}

/** The text cut wherever an entity begins or ends: entities may lie in each other, or overlap. */
function piecesOf(points: readonly string[], spans: readonly Span[]): readonly Piece[] {
  const cuts = [...new Set([0, ...spans.flatMap(({ start, end }) => [start, end]), points.length])].sort(
    (a, b) => a - b,
  );
  let first = 0;
  return cuts.slice(0, -1).map((start, index) => {
    while (first < spans.length && spans[first]!.end <= start) first += 1;
    const over: Span[] = [];
    for (let at = first; at < spans.length && spans[at]!.start <= start; at += 1)
      if (spans[at]!.end > start) over.push(spans[at]!);
    return { start, end: cuts[index + 1]!, over };
  });
}

function Piece({ points, piece: { start, end, over } }: { points: readonly string[]; piece: Piece }) {
  const text = points.slice(start, end).join('');
  const innermost = over.at(-1);
  if (!innermost) return <>{text}</>;
  // A label stands once, where its entity ends, on the line of its last letters.
  const ending = over.filter((span) => span.end === end).map(({ label }) => label);
  return (
    <mark class={`entity cat-${colourOf(innermost.label)}`} title={over.map(titleOf).join(', ')}>
      {text}
      {ending.map((label, index) => (
        <small key={index}>
          {'\u00a0'}
          {label}
        </small>
      ))}
    </mark>
  );
}

function titleOf({ label, score }: Span): string {
  return score === undefined ? label : `${label} ${score.toFixed(3)}`;
}

const shownRows = 200;

function EntityTable({ points, spans }: { points: readonly string[]; spans: readonly Span[] }) {
  return (
    <details>
      <summary>As a table</summary>
      <Scrolled label="Entities" rest={spans.length - shownRows}>
        <thead>
          <tr>
            <th scope="col">Text</th>
            <th scope="col">Label</th>
            <th scope="col">Score</th>
            <th scope="col">From – to</th>
          </tr>
        </thead>
        <tbody>
          {spans.slice(0, shownRows).map(({ start, end, label, score }, index) => (
            <tr key={index}>
              <td dir="auto">{points.slice(start, end).join('')}</td>
              <td>{label}</td>
              <td class="mono">{score?.toFixed(3) ?? ''}</td>
              <td class="mono">
                {start} – {end}
              </td>
            </tr>
          ))}
        </tbody>
      </Scrolled>
    </details>
  );
}

/**
 * Where the entities stand, from left to right, the longer of two first; the same one twice counts once. One without offsets
 * is looked for by its word, behind the last one found.
 */
function spansOf(points: readonly string[], entities: readonly Entity[]): readonly Span[] {
  let searchFrom = 0;
  const found = new Map<string, Span>();
  for (const entity of entities) {
    const place = placeOf(points, entity) ?? search(points, entity.word, searchFrom);
    if (!place) continue;
    searchFrom = place.end;
    const label = entity.entity_group ?? entity.entity ?? '';
    const key = `${place.start} ${place.end} ${label}`;
    if (!found.has(key)) found.set(key, { ...place, label, score: entity.score });
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
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

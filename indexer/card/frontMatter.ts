import { CORE_SCHEMA, type LoadOptions, load, Type, YAMLException } from 'js-yaml';
import type { CardProblem, ParsedCard } from './types.js';

/*
 * README.md begins with an optional YAML block between two lines of dashes. A push is hostile by default: the block is
 * measured before it is parsed, aliases are refused by number (a YAML bomb needs few bytes), and only the core schema
 * is read, so nothing becomes a date, a function or a binary, and `language: no` stays Norwegian. Merge keys (`<<`) are
 * applied, as Python's loader does, to 10,000 keys (js-yaml counts). Leaderboards of embedding models fill 400 kB and
 * 30,000 lines, which take some 40 ms: a thread would need as long to hand the values over.
 */
const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });
const schema = CORE_SCHEMA.extend({ implicit: [merge] });
const maxBlockCharacters = 524_288;
const maxAliases = 100;
const maxDepth = 32;
const maxNodes = 40_000;
const file = 'README.md';

const opening = /^\uFEFF?\s*---[ \t]*(\r\n|\n|\r)/;
const closing = /^---[ \t]*(?:\r\n|\n|\r|$)/m;
const lineBreak = /\r\n|\n|\r/;
const keyAtLineStart = /^(?:"([^"\\]+)"|'([^']+)'|([\w.][\w.-]*(?: [\w.-]+)*))[ \t]*:(?=\s|$)/;

/** What stands below the front matter, without reading that. */
export function cardBody(text: string): string {
  const split = splitCard(text);
  return split?.body ?? text.replace(/^\uFEFF/, '');
}

/** The block of a card, without its lines of dashes, and what stands around it; null when there is none that is closed. */
export function frontMatterBlock(
  text: string,
): { readonly before: string; readonly block: string; readonly after: string } | null {
  const split = splitCard(text);
  if (!split || split.block === null) return null;
  const { rest, block } = split;
  return { before: text.slice(0, text.length - rest.length), block, after: rest.slice(block.length) };
}

interface SplitCard {
  readonly firstLine: number;
  /** Behind the opening dashes. */
  readonly rest: string;
  /** Null when the closing dashes are missing. */
  readonly block: string | null;
  readonly body: string | null;
}

/** Null when there is no block. */
function splitCard(text: string): SplitCard | null {
  const start = opening.exec(text);
  if (!start) return null;
  const rest = text.slice(start[0].length);
  const firstLine = start[0].split(lineBreak).length;
  const end = closing.exec(rest);
  if (!end) return { firstLine, rest, block: null, body: null };
  return { firstLine, rest, block: rest.slice(0, end.index), body: rest.slice(end.index + end[0].length) };
}

/** Splits and reads a card. Never throws: what is wrong stands in `problems`, with its line in the file. */
export function parseCard(text: string): ParsedCard {
  const split = splitCard(text);
  if (!split) return withoutBlock(text, []);
  const { firstLine, rest, block, body } = split;
  if (block === null || body === null) return withoutBlock(text, unclosedProblems(rest, firstLine));
  const tooBig = sizeProblem(block);
  if (tooBig) return { ...failed(tooBig, firstLine), lines: {}, body, hasFrontMatter: true };
  return { ...readBlock(block, firstLine), lines: linesOfKeys(block, firstLine), body, hasFrontMatter: true };
}

function withoutBlock(text: string, problems: readonly CardProblem[]): ParsedCard {
  return {
    metadata: {},
    lines: {},
    begins: new Map(),
    hasFrontMatter: false,
    problems,
    body: text.replace(/^\uFEFF/, ''),
  };
}

/** A rule of dashes may begin plain Markdown: only what looks like a key makes it a block that somebody forgot to close. */
function unclosedProblems(rest: string, firstLine: number): readonly CardProblem[] {
  if (!keyAtLineStart.test(rest)) return [];
  const message = 'the front matter has no closing line of three dashes, so it is not read';
  return [{ severity: 'warning', file, line: firstLine - 1, message }];
}

type ReadBlock = Pick<ParsedCard, 'metadata' | 'begins' | 'problems'>;

function readBlock(block: string, firstLine: number): ReadBlock {
  let value: unknown;
  const begins = new Map<object, number>();
  try {
    value = load(block, { schema, json: false, listener: noteLines(begins, firstLine) });
  } catch (error) {
    const line = error instanceof YAMLException ? (error.mark?.line ?? 0) + firstLine : firstLine;
    const reason = error instanceof YAMLException ? error.reason : 'it cannot be read';
    return failed(`the front matter is not valid YAML: ${reason}`, line);
  }
  if (value === null || value === undefined) return { metadata: {}, begins, problems: [] };
  if (typeof value !== 'object' || Array.isArray(value)) {
    return failed('the front matter must be a mapping of keys to values', firstLine);
  }
  if (!isSmall(value)) return failed(tooManyValues, firstLine);
  spellOutNonNumbers(value);
  return { metadata: value as Record<string, unknown>, begins, problems: [] };
}

/** The parser tells of each value that it begins and that it has read. */
function noteLines(begins: Map<object, number>, firstLine: number): NonNullable<LoadOptions['listener']> {
  const open: number[] = [];
  return (event, { line, result }) => {
    if (event === 'open') {
      open.push(line);
      return;
    }
    const begun = open.pop()!;
    if (typeof result === 'object' && result !== null && !begins.has(result)) begins.set(result, begun + firstLine);
  };
}

const tooManyValues = `the front matter has more than ${maxNodes} values, or is nested deeper than ${maxDepth}`;

function sizeProblem(block: string): string | null {
  if (block.length > maxBlockCharacters) return `the front matter is longer than ${maxBlockCharacters / 1024} KiB`;
  if (countPlaces(block) > maxNodes) return tooManyValues;
  const aliases = block.match(/(^|[\s[{,:?-])\*[^\s,\]}]/g)?.length ?? 0;
  // Emphasis in a folded text looks like an alias; it needs an anchor to be one.
  const anchors = block.match(/(^|[\s[{,:?-])&[^\s,\]}]/g)?.length ?? 0;
  if (anchors > maxAliases || (anchors > 0 && aliases > maxAliases)) {
    return `the front matter has more than ${maxAliases} YAML anchors or aliases`;
  }
  if (/^[ ]{200}/m.test(block) || /[[{]{33}/.test(block.replace(/\s/g, ''))) {
    return `the front matter is nested deeper than ${maxDepth}`;
  }
  return null;
}

/** Each value stands on a line of its own, or behind a comma or a bracket: too many are told before they are read. */
function countPlaces(block: string): number {
  let places = 0;
  for (let at = 0; at < block.length && places <= maxNodes; at++) {
    if (',[{\n\r'.includes(block[at]!)) places += 1;
  }
  return places;
}

/** Counts with aliases expanded, and stops at the limit: 100 aliases of aliases would be 10^30 values. */
function isSmall(root: unknown): boolean {
  let nodes = 0;
  let characters = 0;
  const visit = (value: unknown, depth: number): boolean => {
    nodes += 1;
    if (typeof value === 'string') characters += value.length;
    if (nodes > maxNodes || characters > maxBlockCharacters || depth > maxDepth) return false;
    if (value === null || typeof value !== 'object') return true;
    return Object.entries(value).every(([key, child]) => {
      characters += key.length;
      return visit(child, depth + 1);
    });
  };
  return visit(root, 0);
}

/** YAML has `.nan` and `.inf` (trainers write them as a loss), JSON has not: they become texts, as a card is stored as JSON. */
function spellOutNonNumbers(value: object): void {
  const container = value as Record<string, unknown>;
  for (const [key, child] of Object.entries(container)) {
    if (typeof child === 'number' && !Number.isFinite(child)) container[key] = String(child);
    else if (typeof child === 'object' && child !== null) spellOutNonNumbers(child);
  }
}

function failed(message: string, line: number): ReadBlock {
  return { metadata: {}, begins: new Map(), problems: [{ severity: 'error', file, line, message }] };
}

function linesOfKeys(block: string, firstLine: number): Readonly<Record<string, number>> {
  const lines = new Map<string, number>();
  for (const [index, line] of block.split(lineBreak).entries()) {
    const match = keyAtLineStart.exec(line);
    const key = match?.[1] ?? match?.[2] ?? match?.[3];
    if (key && !lines.has(key)) lines.set(key, firstLine + index);
  }
  return Object.fromEntries(lines);
}

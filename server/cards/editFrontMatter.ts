import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { frontMatterBlock } from '../../indexer/card/frontMatter.js';
import { isSwitchWord } from '../../indexer/card/values.js';

/** New values by key of the front matter; null takes the key out. */
export type FieldChanges = ReadonlyMap<string, unknown>;

/** Its own lines end as those of the text. */
const maxBlockCharacters = 100_000;

/**
 * A card with other values in its front matter. Everything that is not changed stays as it is written, byte by byte: unknown
 * keys, comments, order, quotes. A card without a block gets one.
 * @param text with LF as its line end
 * @returns null where the block is no YAML mapping, or is too long for this
 */
export async function editFrontMatter(text: string, changes: FieldChanges): Promise<string | null> {
  if (changes.size === 0) return text;
  const found = frontMatterBlock(text) ?? { before: '---\n', block: '', after: `---\n${text}` };
  if (found.block.length > maxBlockCharacters) return null;
  const yaml = await import('yaml');
  let { block } = found;
  for (const [key, value] of changes) {
    // Parsed anew each time: places move with each change.
    const document = yaml.parseDocument(block, { keepSourceTokens: true });
    if (document.errors.length > 0 || (document.contents !== null && !yaml.isMap(document.contents))) return null;
    const changed = changeKey(yaml, document as Document.Parsed, block, key, value);
    if (changed === null) return null;
    block = changed;
  }
  return found.before + block + found.after;
}

type Yaml = typeof import('yaml');
type KeyPair = Pair<Scalar, Node | null>;

function changeKey(yaml: Yaml, document: Document.Parsed, block: string, key: string, value: unknown): string | null {
  const map = document.contents as YAMLMap<Scalar, Node | null> | null;
  const pair = map?.items.find((item) => yaml.isScalar(item.key) && item.key.value === key) as KeyPair | undefined;
  if (!pair)
    return value === null ? block : appended(block, pairText(yaml, block, key, createNode(yaml, document, value)));
  const start = pair.key.range![1];
  const end = pair.value?.range?.[1] ?? start + 1;
  if (value === null) return withoutPair(block, pair.key.range![0], end);
  const old = pair.value;
  const isBlock = block[end - 1] === '\n';
  const fresh = updated(yaml, document, old, value);
  // Behind the value the source has it still.
  if (!isBlock) fresh.comment = null;
  let written: string;
  try {
    written = pairText(yaml, block, key, fresh, block.slice(pair.key.range![0], end), document);
  } catch {
    return null; // an alias whose anchor stands elsewhere
  }
  const body = written.slice(written.indexOf(':'));
  const after = block.slice(end);
  const before = block.slice(0, start);
  if (isBlock) return before + body + after;
  const lines = body.trimEnd().split('\n');
  const comment = /^[ \t]*#.*/.exec(after)?.[0];
  // Behind the key, where the value has grown to lines of its own: behind the last it might become a part of that.
  if (comment && lines.length > 1)
    return `${before}${lines[0]} ${comment.trim()}\n${lines.slice(1).join('\n')}${after.slice(comment.length)}`;
  return before + keepColumn(body.trimEnd(), end - start, after) + after;
}

/** A comment behind an empty value stays in its column. */
function keepColumn(body: string, width: number, after: string): string {
  return after.startsWith('#') ? `${body} `.padEnd(width) : body;
}

function appended(block: string, text: string): string {
  return `${block === '' || block.endsWith('\n') ? block : `${block}\n`}${text}`;
}

/** Up to the end of the line, where a comment on the value may stand. */
function withoutPair(block: string, start: number, end: number): string {
  const lineEnd = block[end - 1] === '\n' ? end : block.indexOf('\n', end) + 1;
  return block.slice(0, start) + (lineEnd === 0 ? '' : block.slice(lineEnd));
}

/** `key: value` and a line end, in the manner of the block around it. */
function pairText(yaml: Yaml, block: string, key: string, value: Node, source = '', from?: Document): string {
  const document = new yaml.Document({});
  if (from) document.schema = from.schema;
  (document.contents as unknown as YAMLMap).items.push(new yaml.Pair(new yaml.Scalar(key), value));
  return document.toString({
    lineWidth: 0,
    indentSeq: !hasFlatLists(source) && (hasDeepLists(source) || !hasFlatLists(block)),
    flowCollectionPadding: /[[{] /.test(block),
  });
}

function hasFlatLists(text: string): boolean {
  return /^\S.*:[ \t]*(#.*)?\n- /m.test(text);
}

function hasDeepLists(text: string): boolean {
  return /^\S.*:[ \t]*(#.*)?\n +- /m.test(text);
}

function createNode(yaml: Yaml, document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  yaml.visit(node, {
    Scalar(_, scalar) {
      // Other readers (YAML 1.1) take such words for booleans, `no` of Norway too.
      if (isSwitchWord(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return node;
}

/** The node with another value: what is the same in both keeps its comments and its style. */
function updated(yaml: Yaml, document: Document, node: Node | null, value: unknown): Node {
  if (yaml.isScalar(node) && node.value === value) return node;
  // In the same quotes, with the same comment.
  if (yaml.isScalar(node) && typeof node.value === 'string' && typeof value === 'string' && !isSwitchWord(value)) {
    node.value = value;
    return node;
  }
  if (yaml.isSeq(node) && Array.isArray(value) && value.length > 0) {
    const old = [...(node.items as Node[])];
    // `[]` is what a template has where a list is to come.
    if (old.length === 0) node.flow = false;
    node.items = value.map((item, index) => {
      const same = old.findIndex((one) => yaml.isScalar(one) && one.value === item);
      if (same >= 0) return old.splice(same, 1)[0]!;
      const at = old.length === value.length || index < old.length ? old[index] : undefined;
      return yaml.isMap(at) && isPlainObject(item)
        ? updated(yaml, document, at, item)
        : createNode(yaml, document, item);
    });
    return node;
  }
  if (yaml.isMap(node) && isPlainObject(value)) {
    const kept = node.items.filter((item) => yaml.isScalar(item.key) && String(item.key.value) in value);
    node.items = kept;
    for (const [key, child] of Object.entries(value)) {
      const pair = kept.find((item) => yaml.isScalar(item.key) && item.key.value === key);
      if (pair) pair.value = updated(yaml, document, pair.value as Node | null, child);
      else node.items.push(new yaml.Pair(new yaml.Scalar(key), createNode(yaml, document, child)));
    }
    return node;
  }
  return createNode(yaml, document, value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

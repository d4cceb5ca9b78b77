import type { Root, RootContent } from 'hast';
import { common, createLowlight } from 'lowlight';

/** A piece of a line; `kind` is a class of highlight.js without its prefix's meaning lost: `hljs-keyword`. */
export interface Token {
  readonly text: string;
  readonly kind: string | null;
}

export type CodeLine = readonly Token[];

const lowlight = createLowlight(common);
/** Highlighting costs some 4 ms for every 1,000 characters, on the thread that serves pages: longer texts stay plain. */
export const maxHighlighted = 40_000;

/** File endings that are not a name of their language. */
const endings: Readonly<Record<string, string>> = {
  jsonl: 'json',
  cfg: 'ini',
  toml: 'ini',
  yml: 'yaml',
  ipynb: 'json',
};

/** A text as lines of coloured pieces; plain where the file's ending names no language. */
export function highlight(text: string, path: string): readonly CodeLine[] {
  const language = languageOf(path);
  if (!language || text.length > maxHighlighted) {
    return text.split('\n').map((line) => [{ text: line, kind: null }]);
  }
  const front = isMarkdown(language) ? frontMatter.exec(text) : null;
  if (!front) return linesOf(lowlight.highlight(language, text));
  const rest = text.slice(front[0].length);
  return [...linesOf(lowlight.highlight('yaml', front[1]!)), ...linesOf(lowlight.highlight(language, rest))];
}

/** Of a card; to Markdown the lines of YAML would be headings and emphasis. */
const frontMatter = /^(---\r?\n(?:[\s\S]*?\n)?---)\r?\n/;

function isMarkdown(language: string): boolean {
  return language === 'md' || language === 'markdown';
}

function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const language = endings[ending] ?? ending;
  return name.includes('.') && lowlight.registered(language) ? language : null;
}

/** A token over several lines, such as a comment, is split at their ends. */
function linesOf(tree: Root): readonly CodeLine[] {
  const lines: Token[][] = [[]];
  const add = (text: string, kind: string | null): void => {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)!.push({ text: part, kind });
    }
  };
  const walk = (nodes: readonly RootContent[], kind: string | null): void => {
    for (const node of nodes) {
      if (node.type === 'text') add(node.value, kind);
      else if (node.type === 'element') walk(node.children, classOf(node.properties.className) ?? kind);
    }
  };
  walk(tree.children, null);
  return lines;
}

function classOf(className: unknown): string | null {
  return Array.isArray(className) && typeof className[0] === 'string' ? className[0] : null;
}

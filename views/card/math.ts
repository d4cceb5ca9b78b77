import { createRequire } from 'node:module';
import { escapeHtml } from './plainCard.js';

const require = createRequire(import.meta.url);

/** A formula taken out of a card before Markdown reads it, so that `_`, `*` and `\` inside survive. */
export interface Formula {
  readonly tex: string;
  readonly display: boolean;
  /** As written, delimiters included. */
  readonly source: string;
}

export interface TakenMath {
  /** The Markdown with a token in the place of each formula. */
  readonly markdown: string;
  readonly formulas: readonly Formula[];
  /** Matches a token; group 1 is the index into `formulas`. */
  readonly token: RegExp;
}

const maxFormulas = 500;
const maxTexLength = 5000;
const budgetMs = 200;
const maxHtmlLength = 200_000;
const maxExpansions = 1000;
/** Tokens that macros defined in a formula may add up to. */
const maxDefinedTokens = 20_000;

/** Longer displayed formulas may be wider than a telephone. */
const mayOverflow = 50;

type Put = (source: string, tex: string, display: boolean) => string;

/**
 * Takes formulas out of Markdown: `$$ … $$` (display), `\\( … \\)` (inline), and a paragraph that is only `$ … $`
 * (display). Code, fenced or inline, is left alone; so are prices such as "$5 and $6". A formula ends with its paragraph.
 * @param markdown with `\n` as line ends
 * @param nonce letters and digits that do not occur in the text
 */
export function takeMath(markdown: string, nonce: string): TakenMath {
  const formulas: Formula[] = [];
  const put: Put = (source, tex, display) => {
    if (formulas.length >= maxFormulas || tex.length > maxTexLength || tex.trim() === '') return source;
    formulas.push({ tex: tex.trim(), display, source });
    return `math${nonce}n${formulas.length - 1}n`;
  };
  const taken = blocksOf(markdown).map(({ text, isCode }) => (isCode ? text : takeFromParagraph(text, put)));
  return { markdown: taken.join('\n'), formulas, token: new RegExp(`math${nonce}n(\\d+)n`, 'g') };
}

interface Block {
  readonly text: string;
  readonly isCode: boolean;
}

/** Fences may stand in quotes and lists. One that is never closed reaches to the end. */
const fenceStart = /^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(`{3,}(?!.*`)|~{3,})/;
const blank = /^[ \t>]*$/;

/** Fenced code, and what lies between blank lines. Joined by line ends they are the whole again. */
function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  let from = 0;
  const end = (before: number, isCode: boolean): void => {
    if (before > from) blocks.push({ text: lines.slice(from, before).join('\n'), isCode });
    from = before;
  };
  for (let at = 0; at < lines.length; at++) {
    const fence = fenceStart.exec(lines[at]!)?.[1];
    if (fence) {
      end(at, false);
      do at++;
      while (at < lines.length && !closes(lines[at]!, fence));
      end(Math.min(at + 1, lines.length), true);
    } else if (blank.test(lines[at]!)) {
      end(at, false);
      end(at + 1, true);
    }
  }
  end(lines.length, false);
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const run = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return run !== undefined && run[0] === fence[0] && run.length >= fence.length;
}

function takeFromParagraph(paragraph: string, put: Put): string {
  if (!/[$\\]/.test(paragraph)) return paragraph;
  const alone = /^([ \t]*)\$([^$]+)\$[ \t]*$/.exec(paragraph);
  if (alone) return alone[1] + put(paragraph.trim(), alone[2]!, true);
  // The marks of a quote are not part of a formula over several lines.
  const isQuote = /^[ \t]*>/.test(paragraph);
  const texOf = (inner: string): string => (isQuote ? inner.replace(/\n[ \t]*>[ \t>]*/g, '\n') : inner);
  return splitAtCode(paragraph)
    .map((piece, index) =>
      index % 2 === 1
        ? piece
        : piece
            .replace(/(?<!\\)\$\$((?:\\[\s\S]|(?!\$\$)[^\\])+)\$\$/g, (source, inner: string) =>
              put(source, texOf(inner), true),
            )
            .replace(/\\\\\(((?:(?!\\\\[()])[\s\S])+)\\\\\)/g, (source, inner: string) =>
              put(source, texOf(inner), false),
            ),
    )
    .join('');
}

/** A paragraph in pieces: every second one is a code span, which ends at the next run of as many backticks. */
function splitAtCode(paragraph: string): readonly string[] {
  const runs = [...paragraph.matchAll(/`+/g)];
  const partner = partnersOf(runs.map(([run]) => run.length));
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const closing = partner[at];
    if (closing === undefined || isEscaped(paragraph, runs[at]!.index)) continue;
    const end = runs[closing]!.index + runs[closing]![0].length;
    pieces.push(paragraph.slice(from, runs[at]!.index), paragraph.slice(runs[at]!.index, end));
    from = end;
    at = closing;
  }
  return [...pieces, paragraph.slice(from)];
}

/** For each length, the place of the next equal one. */
function partnersOf(lengths: readonly number[]): readonly (number | undefined)[] {
  const next = new Map<number, number>();
  const partners: (number | undefined)[] = new Array(lengths.length);
  for (let at = lengths.length - 1; at >= 0; at--) {
    partners[at] = next.get(lengths[at]!);
    next.set(lengths[at]!, at);
  }
  return partners;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - slashes - 1] === '\\') slashes += 1;
  return slashes % 2 === 1;
}

/** Renders formulas one by one, at most 200 ms a document: later ones show their source. */
export function createMathRenderer(now: () => number = () => performance.now()): (formula: Formula) => string {
  // Most cards have no formula, and KaTeX takes 9 MB.
  const katex = require('katex') as typeof import('katex').default;
  const started = now();
  return ({ tex, display, source }) => {
    if (now() - started > budgetMs) return failed(source, 'too many formulas to render');
    try {
      const html = katex.renderToString(tex, {
        displayMode: display,
        throwOnError: true,
        trust: false,
        strict: 'ignore',
        errorColor: 'var(--danger)',
        maxSize: 20,
        maxExpand: expansionsOf(tex),
        // Fresh for each formula: \gdef of one must not change the next.
        macros: {},
      });
      if (html.length > maxHtmlLength) return failed(source, 'the formula is too large');
      return display && tex.length > mayOverflow ? scrolling(html) : html;
    } catch (error) {
      return failed(source, error instanceof Error ? error.message.slice(0, 200) : 'it cannot be rendered');
    }
  };
}

/** Keyboards scroll what they can reach. */
function scrolling(html: string): string {
  return `<span class="math-scroll" tabindex="0" role="group" aria-label="Formula">${html}</span>`;
}

const definition = /\\(?:[egx]?def|(?:re)?newcommand|providecommand|let|futurelet)(?![a-zA-Z])/;

/**
 * KaTeX counts expansions, not what they add: a macro with a long text, or with many copies of a long argument, makes
 * millions of tokens of a thousand expansions.
 */
function expansionsOf(tex: string): number {
  if (!definition.test(tex)) return maxExpansions;
  const copies = Math.max(1, tex.split('#').length - 1);
  return Math.min(maxExpansions, Math.floor(maxDefinedTokens / (copies * tex.length)));
}

function failed(source: string, reason: string): string {
  return `<code class="math-error" title="${escapeHtml(reason)}">${escapeHtml(source)}</code>`;
}

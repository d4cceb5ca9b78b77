import katex from 'katex';

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

/**
 * Takes formulas out of Markdown: `$$ … $$` (display), `\\( … \\)` (inline), and a paragraph that is only `$ … $`
 * (display). Code, fenced or inline, is left alone; so are prices such as "$5 and $6".
 * @param nonce letters and digits that do not occur in the text
 */
export function takeMath(markdown: string, nonce: string): TakenMath {
  const formulas: Formula[] = [];
  const put = (source: string, tex: string, display: boolean): string => {
    if (formulas.length >= maxFormulas || tex.length > maxTexLength || tex.trim() === '') return source;
    formulas.push({ tex: tex.trim(), display, source });
    return `math${nonce}n${formulas.length - 1}n`;
  };
  const pieces = markdown.split(
    /(^ {0,3}(?:`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}(?:`{3,}|~{3,})[ \t]*$|(?![\s\S]))|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`))/m,
  );
  let result = '';
  for (let index = 0; index < pieces.length; index += 3) {
    result += takeFromText(pieces[index]!, put);
    result += pieces[index + 1] ?? '';
  }
  return { markdown: result, formulas, token: new RegExp(`math${nonce}n(\\d+)n`, 'g') };
}

function takeFromText(text: string, put: (source: string, tex: string, display: boolean) => string): string {
  return text
    .replace(/\$\$((?:(?!\$\$|\n[ \t]*\n)[\s\S])+)\$\$/g, (source, tex: string) => put(source, tex, true))
    .replace(/\\\\\(((?:(?!\\\\\)|\n[ \t]*\n)[\s\S])+)\\\\\)/g, (source, tex: string) => put(source, tex, false))
    .replace(
      /(^|\n[ \t]*\n)([ \t]*)\$([^$]+?)\$(?=[ \t]*(?:\n[ \t]*(?:\n|$)|$))/g,
      (source, before: string, indent: string, tex: string) =>
        /\n[ \t]*\n/.test(tex) ? source : `${before}${indent}${put(`$${tex}$`, tex, true)}`,
    );
}

/** Renders formulas one by one, at most 200 ms a document: later ones show their source. */
export function createMathRenderer(now: () => number = () => performance.now()): (formula: Formula) => string {
  const started = now();
  return ({ tex, display, source }) => {
    if (now() - started > budgetMs) return failed(source, 'too many formulas to render');
    try {
      const html = katex.renderToString(tex, {
        displayMode: display,
        throwOnError: true,
        trust: false,
        strict: 'ignore',
        maxSize: 20,
        maxExpand: 1000,
        // Fresh for each formula: \gdef of one must not change the next.
        macros: {},
      });
      return html.length > maxHtmlLength ? failed(source, 'the formula is too large') : html;
    } catch (error) {
      return failed(source, error instanceof Error ? error.message.slice(0, 200) : 'it cannot be rendered');
    }
  };
}

function failed(source: string, reason: string): string {
  return `<code class="math-error" title="${escapeHtml(reason)}">${escapeHtml(source)}</code>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

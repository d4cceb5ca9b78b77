import GithubSlugger from 'github-slugger';
import type { Element, Root, RootContent, Text } from 'hast';
import { toString as textOf } from 'hast-util-to-string';
import rehypeHighlight from 'rehype-highlight';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { SKIP, visit, visitParents } from '../card/visit.js';
import { type SafeHtml, trustedHtml } from '../safe.js';
import { createMathRenderer, escapeHtml, type TakenMath, takeMath } from './math.js';

export interface CardOptions {
  /** Prefix of relative links: `/owner/name/blob/main/`. */
  readonly linkBase: string;
  /** Prefix of relative images: `/owner/name/resolve/main/`. */
  readonly rawBase: string;
  readonly externalImages: boolean;
  /** Letters and digits unknown to the card's author; a hash of the content does. */
  readonly nonce: string;
}

export interface RenderedCard {
  readonly html: SafeHtml;
  readonly hasMath: boolean;
  readonly headings: readonly { readonly id: string; readonly text: string; readonly depth: number }[];
}

/** Raised when the rendering changes, so that cached cards are rendered again. */
export const cardVersion = 3;

const maxCharacters = 524_288;

/**
 * Renders a card: formulas are taken out, Markdown (GFM) becomes HTML, the HTML is sanitised, and only then formulas and
 * highlighting go in. Input is cut at 512 Ki characters; nesting that could exhaust the stack gives the source as text.
 */
export function renderCard(markdown: string, options: CardOptions): RenderedCard {
  const text =
    markdown.length > maxCharacters
      ? `${markdown.slice(0, maxCharacters)}\n\n*This card is too long to be shown whole.*`
      : markdown;
  if (isTooNested(text)) return plain(text);
  try {
    return render(text, options);
  } catch (error) {
    if (error instanceof RangeError) return plain(text);
    throw error;
  }
}

/** Thousands of nested quotes, lists or brackets take a parser more than linear time. */
function isTooNested(text: string): boolean {
  if (/^(?:[ \t]*>){100}/m.test(text) || /^[ \t]{400}/m.test(text) || /[[(!*_~<]{2000}/.test(text)) return true;
  return (text.match(/\[/g)?.length ?? 0) > 20_000 || (text.match(/</g)?.length ?? 0) > 50_000;
}

function plain(text: string): RenderedCard {
  return { html: trustedHtml(`<pre>${escapeHtml(text.slice(0, maxCharacters))}</pre>`), hasMath: false, headings: [] };
}

const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [...(defaultSchema.tagNames ?? []), 'figure', 'figcaption', 'video', 'audio', 'mark', 'u', 'abbr'],
  attributes: {
    ...defaultSchema.attributes,
    code: [['className', /^language-[\w+#.-]+$/]],
    video: ['src', 'controls', 'width', 'height', 'poster'],
    audio: ['src', 'controls'],
    abbr: ['title'],
  },
  protocols: { ...defaultSchema.protocols, src: ['http', 'https'], poster: ['http', 'https'] },
};

function render(text: string, options: CardOptions): RenderedCard {
  const taken = takeMath(text, options.nonce);
  const headings: { id: string; text: string; depth: number }[] = [];
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize, schema)
    .use(() => (tree: Root) => restoreSource(tree, taken))
    .use(() => (tree: Root) => nameHeadings(tree, taken, headings))
    .use(() => (tree: Root) => resolveAddresses(tree, options))
    .use(() => (tree: Root) => wrapWide(tree))
    .use(() => (tree: Root) => nameCheckboxes(tree))
    .use(rehypeHighlight, { detect: false })
    .use(() => (tree: Root) => putMath(tree, taken))
    // Raw nodes are only those that putMath made: rehype-raw has parsed the card's own.
    .use(rehypeStringify, { allowDangerousHtml: true })
    .processSync(taken.markdown);
  return { html: trustedHtml(String(html)), hasMath: taken.formulas.length > 0, headings };
}

/** In code and in attributes a token becomes the text that it stood for. */
function restoreSource(tree: Root, { token, formulas }: TakenMath): void {
  const source = (text: string): string =>
    text.replace(token, (_, index: string) => formulas[Number(index)]?.source ?? '');
  visitParents(tree, (node, ancestors) => {
    if (node.type === 'text' && ancestors.some((parent) => parent.type === 'element' && parent.tagName === 'code')) {
      node.value = source(node.value);
    }
    if (node.type !== 'element') return;
    for (const [name, value] of Object.entries(node.properties)) {
      if (typeof value === 'string') node.properties[name] = source(value);
    }
  });
}

/** Ids from the words of a heading (formulas left out), an anchor, and one level lower: the page has the only h1. */
function nameHeadings(tree: Root, { token }: TakenMath, headings: { id: string; text: string; depth: number }[]): void {
  const slugger = new GithubSlugger();
  visit(tree, (node) => {
    const depth = node.type === 'element' ? Number(/^h([1-6])$/.exec(node.tagName)?.[1] ?? 0) : 0;
    if (node.type !== 'element' || depth === 0) return;
    const text = textOf(node).replace(token, ' ').replace(/\s+/g, ' ').trim();
    const id = slugger.slug(text || 'section');
    headings.push({ id, text, depth });
    node.tagName = `h${Math.min(6, depth + 1)}`;
    node.properties = { id };
    node.children.push({
      type: 'element',
      tagName: 'a',
      properties: { href: `#${id}`, className: ['anchor'], ariaLabel: `Link to “${text}”` },
      children: [{ type: 'text', value: '#' }],
    });
  });
}

function resolveAddresses(tree: Root, options: CardOptions): void {
  visit(tree, (node) => {
    if (node.type !== 'element') return;
    const { properties } = node;
    if (node.tagName === 'a' && typeof properties.href === 'string') {
      properties.href = resolve(properties.href, options.linkBase);
      if (/^https?:/i.test(properties.href)) properties.rel = ['nofollow', 'noopener', 'ugc'];
    }
    for (const name of ['src', 'poster'] as const) {
      if (typeof properties[name] !== 'string') continue;
      properties[name] = resolve(properties[name], options.rawBase);
      if (!options.externalImages && /^https?:/i.test(properties[name])) delete properties[name];
    }
    if (node.tagName === 'img') properties.loading = 'lazy';
  });
}

/** A relative address below `base`; `#…`, absolute paths and full addresses stay. */
function resolve(address: string, base: string): string {
  if (/^([a-z][a-z0-9+.-]*:|\/|#|\?)/i.test(address)) return address;
  const resolved = new URL(address, `http://hub${base}`);
  return resolved.pathname + resolved.search + resolved.hash;
}

/** Tables and code scroll by themselves, also by keyboard; the copy buttons of code are put there by hub-copy. */
function wrapWide(tree: Root): void {
  visit(tree, (node, index, parent) => {
    if (node.type !== 'element' || !parent || index === null) return undefined;
    if (node.tagName === 'table') {
      const table = { ...node, properties: { ...node.properties, className: ['table'] } };
      parent.children[index] = scrollRegion(table, 'table-scroll', 'Table');
      return SKIP;
    }
    if (node.tagName !== 'pre') return undefined;
    const children = [scrollRegion(node, 'code-scroll', 'Code')];
    parent.children[index] = { type: 'element', tagName: 'div', properties: { className: ['code-block'] }, children };
    return SKIP;
  });
}

function scrollRegion(element: Element, className: string, ariaLabel: string): Element {
  const properties = { className: [className], tabIndex: 0, ariaLabel };
  return { type: 'element', tagName: 'section', properties, children: [element] };
}

/** The boxes of task lists have no label of their own. */
function nameCheckboxes(tree: Root): void {
  visit(tree, (node) => {
    if (node.type !== 'element' || node.tagName !== 'input') return;
    node.properties.ariaLabel = node.properties.checked ? 'Done' : 'To do';
  });
}

function putMath(tree: Root, { token, formulas }: TakenMath): void {
  if (formulas.length === 0) return;
  const renderFormula = createMathRenderer();
  visit(tree, (node, index, parent) => {
    if (node.type !== 'text' || !parent || index === null || !node.value.match(token)) return undefined;
    const parts: RootContent[] = [];
    let from = 0;
    for (const match of node.value.matchAll(token)) {
      const formula = formulas[Number(match[1])];
      if (!formula) continue;
      parts.push(textNode(node.value.slice(from, match.index)));
      parts.push({ type: 'raw', value: renderFormula(formula) } as unknown as RootContent);
      from = match.index + match[0].length;
    }
    parts.push(textNode(node.value.slice(from)));
    parent.children.splice(index, 1, ...(parts as Element['children']));
    return index + parts.length;
  });
}

function textNode(value: string): Text {
  return { type: 'text', value };
}

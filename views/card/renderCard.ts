import GithubSlugger, { slug } from 'github-slugger';
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
import { trustedHtml } from '../safe.js';
import { createMathRenderer, type TakenMath, takeMath } from './math.js';
import { type CardOptions, maxCardCharacters, plainCard, type RenderedCard } from './plainCard.js';

/** Of all code that is coloured: it costs some 4 ms for every 1,000 characters. */
const maxHighlighted = 100_000;

/** Ids that the page around a card has: its headings get others. */
const pageIds = ['main', 'widget', 'widget-title', 'site-search'];

/**
 * Renders a card: formulas are taken out, Markdown (GFM) becomes HTML, the HTML is sanitised, and only then formulas and
 * highlighting go in. Input is cut at 256 Ki characters; nesting that could exhaust the stack gives the source as text.
 */
export function renderCard(markdown: string, options: CardOptions): RenderedCard {
  const whole = markdown.replace(/\r\n?/g, '\n');
  const text =
    whole.length > maxCardCharacters
      ? `${whole.slice(0, maxCardCharacters)}\n\n*This card is too long to be shown whole.*`
      : whole;
  if (isTooNested(text)) return plainCard(text);
  try {
    return render(text, options);
  } catch (error) {
    if (error instanceof RangeError) return plainCard(text);
    throw error;
  }
}

/** Thousands of nested quotes, lists or brackets take a parser more than linear time. */
function isTooNested(text: string): boolean {
  if (/^(?:[ \t]*>){100}/m.test(text) || /^[ \t]{400}/m.test(text) || /[[(!*_~<]{2000}/.test(text)) return true;
  return (text.match(/\[/g)?.length ?? 0) > 20_000 || (text.match(/</g)?.length ?? 0) > 50_000;
}

const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []),
    ...['figure', 'figcaption', 'video', 'audio', 'mark', 'u', 'abbr', 'center', 'small'],
  ],
  // With what they hold: it is no text.
  strip: ['script', 'style', 'iframe', 'noscript', 'svg', 'template', 'title', 'textarea'],
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
  const taken = options.withoutMath ? takeMath('', options.nonce) : takeMath(text, options.nonce);
  const headings: { id: string; text: string; depth: number }[] = [];
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    // The sanitiser prefixes ids, those of footnotes too.
    .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
    .use(rehypeRaw)
    .use(rehypeSanitize, schema)
    .use(() => (tree: Root) => restoreSource(tree, taken))
    .use(() => (tree: Root) => resolveFragments(tree, nameHeadings(tree, taken, headings)))
    .use(() => (tree: Root) => resolveAddresses(tree, options))
    .use(() => (tree: Root) => markAlerts(tree))
    .use(() => (tree: Root) => wrapWide(tree))
    .use(() => (tree: Root) => nameCheckboxes(tree))
    .use(() => (tree: Root) => leaveLongCode(tree))
    .use(rehypeHighlight, { detect: false })
    .use(() => (tree: Root) => putMath(tree, taken))
    // Raw nodes are only those that putMath made: rehype-raw has parsed the card's own.
    .use(rehypeStringify, { allowDangerousHtml: true })
    .processSync(options.withoutMath ? text : taken.markdown);
  return { html: trustedHtml(String(html)), hasMath: taken.formulas.length > 0, headings };
}

/** In code and in attributes a token becomes the text that it stood for. */
function restoreSource(tree: Root, { token, formulas }: TakenMath): void {
  const source = (text: string): string =>
    text.replace(token, (_, index: string) => formulas[Number(index)]?.source ?? '');
  visitParents(tree, (node, ancestors) => {
    if (node.type === 'text' && ancestors.some(isCode)) {
      node.value = source(node.value);
    }
    if (node.type !== 'element') return;
    for (const [name, value] of Object.entries(node.properties)) {
      if (typeof value === 'string') node.properties[name] = source(value);
    }
  });
}

function isCode(node: Root | Element): boolean {
  return node.type === 'element' && (node.tagName === 'code' || node.tagName === 'pre');
}

/** What the sanitiser puts before the ids and names of a card. */
const prefix = 'user-content-';
const footnotesId = `${prefix}footnote-label`;

/**
 * Ids from the words of a heading (formulas left out), an anchor, and one level lower: the page has the only h1.
 * @returns what their author may call the headings, and their ids
 */
function nameHeadings(
  tree: Root,
  { token }: TakenMath,
  headings: { id: string; text: string; depth: number }[],
): Map<string, string> {
  const slugger = new GithubSlugger();
  const renamed = new Map<string, string>();
  for (const id of pageIds) slugger.slug(id);
  visit(tree, (node) => {
    const depth = node.type === 'element' ? Number(/^h([1-6])$/.exec(node.tagName)?.[1] ?? 0) : 0;
    if (node.type !== 'element' || depth === 0 || node.properties.id === footnotesId) return;
    const text = textOf(node).replace(token, ' ').replace(/\s+/g, ' ').trim();
    const id = slugger.slug(text || 'section');
    if (typeof node.properties.id === 'string') renamed.set(node.properties.id.slice(prefix.length), id);
    if (!renamed.has(slug(text))) renamed.set(slug(text), id);
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
  return renamed;
}

/** `#place` leads to what the author called so, though the sanitiser gave it another id. Headings go first. */
function resolveFragments(tree: Root, renamed: ReadonlyMap<string, string>): void {
  const targets = new Map(renamed);
  const ids = new Set<string>();
  visit(tree, (node) => {
    if (node.type !== 'element') return;
    for (const name of [node.properties.id, node.properties.name]) {
      if (typeof name !== 'string') continue;
      ids.add(name);
      if (name.startsWith(prefix)) targets.set(name.slice(prefix.length), name);
    }
  });
  visit(tree, (node) => {
    if (node.type !== 'element' || typeof node.properties.href !== 'string') return;
    const place = /^#(.+)$/s.exec(node.properties.href)?.[1];
    if (place === undefined) return;
    const target = ids.has(decoded(place)) ? undefined : targets.get(decoded(place));
    if (target !== undefined) node.properties.href = `#${target}`;
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function resolveAddresses(tree: Root, options: CardOptions): void {
  visit(tree, (node) => {
    if (node.type !== 'element') return;
    const { properties } = node;
    if (node.tagName === 'a' && typeof properties.href === 'string') {
      const href = resolve(properties.href, options.linkBase);
      properties.href = href;
      if (href !== undefined && isExternal(href)) properties.rel = ['nofollow', 'noopener', 'ugc'];
    }
    for (const name of ['src', 'poster'] as const) {
      if (typeof properties[name] === 'string') properties[name] = resolveMedia(properties[name], options);
    }
    if (properties.srcSet) properties.srcSet = resolveSet(String(properties.srcSet), options);
    if (node.tagName === 'img') describeImage(properties);
  });
}

const alerts: Readonly<Record<string, string>> = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

/** GitHub's alerts: a quotation whose first line is `[!NOTE]` alone. */
function markAlerts(tree: Root): void {
  visit(tree, (node) => {
    if (node.type !== 'element' || node.tagName !== 'blockquote') return;
    const first = node.children.find((child) => child.type === 'element');
    const text = first?.tagName === 'p' ? first.children[0] : undefined;
    if (!first || text?.type !== 'text') return;
    const [line, kind] = /^\[!(\w+)\][ \t]*(?:\n|$)/.exec(text.value) ?? [];
    const title = alerts[kind?.toLowerCase() ?? ''];
    if (line === undefined || !title || (line === text.value && first.children.length > 1)) return;
    text.value = text.value.slice(line.length);
    node.properties.className = ['alert', `alert-${title.toLowerCase()}`];
    const paragraph: Element = {
      type: 'element',
      tagName: 'p',
      properties: { className: ['alert-title'] },
      children: [textNode(title)],
    };
    node.children.splice(node.children.indexOf(first), textOf(first).trim() === '' ? 1 : 0, paragraph);
  });
}

function resolveMedia(address: string, { rawBase, externalImages }: CardOptions): string | undefined {
  const resolved = resolve(address, rawBase);
  return resolved !== undefined && isExternal(resolved) && !externalImages ? undefined : resolved;
}

/** `srcset`: addresses with a width or density each. */
function resolveSet(set: string, options: CardOptions): string | undefined {
  const candidates = set.split(/,\s+/).flatMap((candidate) => {
    const [address = '', ...size] = candidate.trim().split(/\s+/);
    const resolved = /^(?:data|javascript):/i.test(address) ? undefined : resolveMedia(address, options);
    return resolved === undefined ? [] : [[resolved, ...size].join(' ')];
  });
  return candidates.length > 0 ? candidates.join(', ') : undefined;
}

/** Without a text, readers of screens say an address: the name of the file is what the author gave. */
function describeImage(properties: Element['properties']): void {
  properties.loading = 'lazy';
  if (typeof properties.alt === 'string') return;
  const file = String(properties.src ?? '').replace(/[?#].*$/s, '');
  properties.alt = decoded(file.slice(file.lastIndexOf('/') + 1)) || 'image';
}

function isExternal(address: string): boolean {
  return /^(?:https?:)?\/\//i.test(address);
}

/** A relative address below `base`, none when it leaves the repository; `#…`, absolute paths and full addresses stay. */
function resolve(address: string, base: string): string | undefined {
  if (/^([a-z][a-z0-9+.-]*:|\/|#|\?)/i.test(address)) return address;
  const root = /^.*?\/(?:blob|resolve)\/[^/]+\//.exec(base)?.[0] ?? base;
  const { pathname, search, hash } = new URL(address, `http://hub${base}`);
  return pathname.startsWith(root) ? pathname + search + hash : undefined;
}

/** Long code, and what follows when there was much, stays uncoloured. */
function leaveLongCode(tree: Root): void {
  let left = maxHighlighted;
  visit(tree, (node) => {
    if (node.type !== 'element' || node.tagName !== 'code' || !node.properties.className) return;
    left -= textOf(node).length;
    if (left < 0) node.properties.className = ['no-highlight'];
  });
}

/** A group and no section: a page with fifty tables has not fifty landmarks. Tables and code scroll by themselves, also by keyboard; the copy buttons of code are put there by hub-copy. */
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
  const properties = { className: [className], tabIndex: 0, role: 'group', ariaLabel };
  return { type: 'element', tagName: 'div', properties, children: [element] };
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

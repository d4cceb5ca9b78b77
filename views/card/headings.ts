import GithubSlugger, { slug } from 'github-slugger';
import type { Root } from 'hast';
import { toString as textOf } from 'hast-util-to-string';
import { decoded } from './addresses.js';
import type { TakenMath } from './math.js';
import { visit } from './visit.js';

/** Ids that the page around a card has: its headings get others. */
const pageIds = ['main', 'widget', 'widget-title', 'site-search'];

/** What the sanitiser puts before the ids and names of a card. */
const prefix = 'user-content-';
const footnotesId = `${prefix}footnote-label`;

/**
 * Ids from the words of a heading (formulas left out), an anchor, and one level lower: the page has the only h1.
 * @returns what their author may call the headings, and their ids
 */
export function nameHeadings(
  tree: Root,
  { token }: TakenMath,
  headings: { id: string; text: string; depth: number }[],
  idPrefix = '',
): Map<string, string> {
  const slugger = new GithubSlugger();
  const renamed = new Map<string, string>();
  for (const id of pageIds) slugger.slug(id);
  visit(tree, (node) => {
    const depth = node.type === 'element' ? Number(/^h([1-6])$/.exec(node.tagName)?.[1] ?? 0) : 0;
    if (node.type !== 'element' || depth === 0 || node.properties.id === footnotesId) return;
    const text = textOf(node).replace(token, ' ').replace(/\s+/g, ' ').trim();
    const id = idPrefix + slugger.slug(text || 'section');
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
export function resolveFragments(tree: Root, renamed: ReadonlyMap<string, string>): void {
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

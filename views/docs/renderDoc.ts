import { posix } from 'node:path';
import type { Element, Root } from 'hast';
import { toString as textOf } from 'hast-util-to-string';
import rehypeHighlight from 'rehype-highlight';
import rehypeSlug from 'rehype-slug';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { putMath, restoreSource } from '../card/formulas.js';
import { takeMath } from '../card/math.js';
import { type SafeHtml, trustedHtml } from '../safe.js';
import { docFile, docs } from './table.js';

export interface RenderedDoc {
  readonly title: string;
  /** Without the h1, which the page has. */
  readonly html: SafeHtml;
  readonly headings: readonly { readonly id: string; readonly text: string }[];
  readonly hasMath: boolean;
}

/**
 * Renders one of the documents that come with the hub. Their HTML is not sanitised: raw HTML in them is dropped.
 * @param file where it lies below docs/: links to the files of other pages lead to those pages
 */
export function renderDoc(markdown: string, file: string): RenderedDoc {
  const taken = takeMath(markdown, 'ofDocs');
  let title = '';
  const headings: { id: string; text: string }[] = [];
  const outline = () => (tree: Root) => {
    visit(tree, 'element', (node, index, parent) => {
      if (node.tagName === 'h1' && !title) {
        title = textOf(node);
        parent!.children.splice(index!, 1);
        return index;
      }
      if (node.tagName === 'h2') headings.push({ id: String(node.properties.id), text: textOf(node) });
      if (/^h[2-4]$/.test(node.tagName)) addAnchor(node);
      return undefined;
    });
  };
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype)
    .use(() => (tree: Root) => restoreSource(tree, taken))
    .use(rehypeSlug)
    .use(rehypeHighlight, { detect: false })
    .use(outline)
    .use(() => (tree: Root) => leadToPages(tree, file))
    .use(() => makeScrollable)
    .use(() => (tree: Root) => putMath(tree, taken))
    // Raw nodes are only those that putMath made.
    .use(rehypeStringify, { allowDangerousHtml: true })
    .processSync(taken.markdown);
  return { title, html: trustedHtml(String(html)), headings, hasMath: taken.formulas.length > 0 };
}

function addAnchor(heading: Element): void {
  const text = textOf(heading);
  heading.children.push({
    type: 'element',
    tagName: 'a',
    properties: { href: `#${heading.properties.id}`, className: ['anchor'], ariaLabel: `Link to “${text}”` },
    children: [{ type: 'text', value: '#' }],
  });
}

const slugByFile = new Map(docs.map((entry) => [docFile(entry), entry.slug]));

/** `errors.md#x` is how a file links to another; the pages have other addresses. */
function leadToPages(tree: Root, file: string): void {
  visit(tree, 'element', (node) => {
    const [, target, place = ''] = /^([\w./-]+\.md)(#.*)?$/.exec(String(node.properties.href ?? '')) ?? [];
    if (target === undefined) return;
    const slug = slugByFile.get(posix.join(posix.dirname(file), target));
    if (slug) node.properties.href = `/docs/hub/${slug}${place}`;
  });
}

/** Code and tables scroll inside regions that the keyboard reaches. */
function makeScrollable(tree: Root): void {
  let tables = 0;
  visit(tree, 'element', (node, index, parent) => {
    if (node.tagName === 'pre') node.properties = { ...node.properties, tabIndex: 0 };
    if (node.tagName !== 'table' || !parent || isRegion(parent as Element)) return;
    const region: Element = {
      type: 'element',
      tagName: 'section',
      properties: { className: ['table-scroll'], tabIndex: 0, ariaLabel: `Table ${++tables}` },
      children: [{ ...node, properties: { ...node.properties, className: ['table'] } }],
    };
    parent.children[index!] = region;
  });
}

function isRegion(element: Element): boolean {
  return element.tagName === 'section' && element.properties?.ariaLabel !== undefined;
}

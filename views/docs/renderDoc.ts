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
import { type SafeHtml, trustedHtml } from '../safe.js';

export interface RenderedDoc {
  readonly title: string;
  /** Without the h1, which the page has. */
  readonly html: SafeHtml;
  readonly headings: readonly { readonly id: string; readonly text: string }[];
}

/** Renders one of the documents that come with the hub. Their HTML is not sanitised: raw HTML in them is dropped. */
export function renderDoc(markdown: string): RenderedDoc {
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
      return undefined;
    });
  };
  const file = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype)
    .use(rehypeSlug)
    .use(rehypeHighlight, { detect: false })
    .use(outline)
    .use(() => makeScrollable)
    .use(rehypeStringify)
    .processSync(markdown);
  return { title, html: trustedHtml(String(file)), headings };
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

import type { Element, Root } from 'hast';
import { toString as textOf } from 'hast-util-to-string';
import { SKIP, textNode, visit } from './visit.js';

/** Of all code that is coloured: it costs some 4 ms for every 1,000 characters. */
const maxHighlighted = 100_000;

const alerts: Readonly<Record<string, string>> = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

/** GitHub's alerts: a quotation whose first line is `[!NOTE]` alone. */
export function markAlerts(tree: Root): void {
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

/** Long code, and what follows when there was much, stays uncoloured. */
export function leaveLongCode(tree: Root): void {
  let left = maxHighlighted;
  visit(tree, (node) => {
    if (node.type !== 'element' || node.tagName !== 'code' || !node.properties.className) return;
    left -= textOf(node).length;
    if (left < 0) node.properties.className = ['no-highlight'];
  });
}

/** A group and no section: a page with fifty tables has not fifty landmarks. Tables and code scroll by themselves, also by keyboard; the copy buttons of code are put there by hub-copy. */
export function wrapWide(tree: Root): void {
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

/** Markdown makes a heading of the corner that most tables leave empty, which heads nothing. */
export function emptyHeadings(tree: Root): void {
  visit(tree, (node) => {
    if (node.type === 'element' && node.tagName === 'th' && isEmpty(node)) node.tagName = 'td';
  });
}

function isEmpty(cell: Element): boolean {
  return textOf(cell).trim() === '' && !cell.children.some((child) => child.type === 'element');
}

/** The boxes of task lists have no label of their own. */
export function nameCheckboxes(tree: Root): void {
  visit(tree, (node) => {
    if (node.type !== 'element' || node.tagName !== 'input') return;
    node.properties.ariaLabel = node.properties.checked ? 'Done' : 'To do';
  });
}

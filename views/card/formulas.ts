import type { Element, Root, RootContent } from 'hast';
import { createMathRenderer, type TakenMath } from './math.js';
import { textNode, visit, visitParents } from './visit.js';

/** In code and in attributes a token becomes the text that it stood for. */
export function restoreSource(tree: Root, { token, formulas }: TakenMath): void {
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

/** Rendered formulas in the places of their tokens, as raw HTML. */
export function putMath(tree: Root, { token, formulas }: TakenMath): void {
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

import type { Element, Node, Root, RootContent, Text } from 'hast';
import { SKIP, visit as visitUnist } from 'unist-util-visit';

export { SKIP };

type Parent = Root | Element;

/** Visits every node of a tree, typed for HTML. The visitor may replace the node, answer SKIP or the next index. */
export function visit(
  tree: Root,
  // biome-ignore lint/suspicious/noConfusingVoidType: most visitors answer nothing
  visitor: (node: RootContent, index: number | null, parent: Parent | null) => number | typeof SKIP | undefined | void,
): void {
  visitUnist(tree as Node, (node, index, parent) =>
    node.type === 'root'
      ? undefined
      : (visitor(node as RootContent, index ?? null, (parent as Parent | undefined) ?? null) as number | undefined),
  );
}

/** Like visit, with all ancestors. */
export function visitParents(tree: Root, visitor: (node: RootContent, ancestors: readonly Parent[]) => void): void {
  const walk = (node: Root | RootContent, ancestors: readonly Parent[]): void => {
    if (node.type !== 'root') visitor(node, ancestors);
    if ('children' in node)
      for (const child of node.children) walk(child as RootContent, [...ancestors, node as Parent]);
  };
  walk(tree, []);
}

export function textNode(value: string): Text {
  return { type: 'text', value };
}

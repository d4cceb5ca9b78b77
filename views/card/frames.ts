import type { Element, ElementContent, Root } from 'hast';
import { isListed } from '../../config/hostList.js';
import type { CardOptions } from './plainCard.js';
import { SKIP, textNode, visit } from './visit.js';

const leastHeight = 100;
const mostHeight = 2000;
const usualHeight = 480;
const maxTitle = 100;

/**
 * Frames of hosts that the hub's options name stay, sandboxed and with a link beneath; every other one becomes a link.
 * @returns whether any stayed: the response must allow their hosts
 */
export function placeFrames(tree: Root, { embedHosts = [] }: CardOptions): boolean {
  let any = false;
  visit(tree, (node, index, parent) => {
    if (node.type !== 'element' || node.tagName !== 'iframe' || !parent || index === null) return undefined;
    const url = addressOf(node.properties.src);
    const isNamed = url !== null && isListed(embedHosts, url);
    any ||= isNamed;
    const title = titleOf(node, url);
    const put: ElementContent[] = url === null ? [] : [isNamed ? frame(node, url, title) : link(url, title)];
    parent.children.splice(index, 1, ...put);
    return put.length === 0 ? index : SKIP;
  });
  return any;
}

/** A whole address of the web, or null. */
function addressOf(src: unknown): URL | null {
  const text = typeof src === 'string' ? src.trim().replace(/^\/\//, 'https://') : '';
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username || url.password ? null : url;
}

function titleOf({ properties }: Element, url: URL | null): string {
  const given = typeof properties.title === 'string' ? properties.title.trim() : '';
  return (given || (url ? url.host + url.pathname : '')).slice(0, maxTitle);
}

function link({ href }: URL, title: string): Element {
  return { type: 'element', tagName: 'a', properties: { href }, children: [textNode(title)] };
}

function frame({ properties }: Element, url: URL, title: string): Element {
  const wanted = Number.parseInt(String(properties.height ?? ''), 10);
  const height = Number.isNaN(wanted) ? usualHeight : Math.min(mostHeight, Math.max(leastHeight, wanted));
  const inside: Element = {
    type: 'element',
    tagName: 'iframe',
    properties: {
      src: url.href,
      title,
      height,
      loading: 'lazy',
      referrerPolicy: 'no-referrer',
      // A page of its own host, which may run its scripts there: it reaches nothing of this hub, and cannot lead its window away.
      sandbox: ['allow-scripts', 'allow-same-origin', 'allow-popups'],
    },
    children: [],
  };
  return {
    type: 'element',
    tagName: 'span',
    properties: { className: ['embed'] },
    children: [inside, link(url, title)],
  };
}

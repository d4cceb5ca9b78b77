import type { Element, Root } from 'hast';
import type { CardOptions } from './plainCard.js';
import { visit } from './visit.js';

/** A picture that a notebook's cell brings along (nbformat, "Cell attachments"). */
const attachment = /^attachment:/i;

/** Relative links and media lead into the repository; what leaves it that way leads nowhere. */
export function resolveAddresses(tree: Root, options: CardOptions): void {
  visit(tree, (node) => {
    if (node.type !== 'element') return;
    const { properties } = node;
    if (node.tagName === 'a' && typeof properties.href === 'string') {
      const href = resolve(properties.href, options.linkBase);
      properties.href = href;
      if (href !== undefined && isExternal(href)) properties.rel = ['nofollow', 'noopener', 'ugc'];
    }
    // Placed already, by rules of their own.
    if (node.tagName === 'iframe') return;
    if (node.tagName === 'img') describeImage(properties);
    for (const name of ['src', 'poster'] as const) {
      if (typeof properties[name] === 'string') properties[name] = resolveMedia(properties[name], options);
    }
    if (properties.srcSet) properties.srcSet = resolveSet(String(properties.srcSet), options);
  });
}

function resolveMedia(address: string, { rawBase, externalImages, attachments }: CardOptions): string | undefined {
  if (attachment.test(address)) return attachments?.get(decoded(address.replace(attachment, '')));
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
  const file = String(properties.src ?? '')
    .replace(attachment, '')
    .replace(/[?#].*$/s, '');
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

/** Percent-decoded, or as it is written when that fails. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

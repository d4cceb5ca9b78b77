/**
 * The two brands that keep a page safe: HTML that somebody vouches for, and addresses that cannot run script.
 * The template engine escapes text and attributes, but neither inner HTML nor `javascript:` addresses.
 */
declare const brand: unique symbol;

/** HTML that may go into a page as it is. Made only by the card renderer, the highlighter and `trustedHtml`'s callers. */
export type SafeHtml = string & { readonly [brand]: 'html' };

/** An address for `href`, `src` or `action`: http, https, mailto, or relative. */
export type SafeUrl = string & { readonly [brand]: 'url' };

/** Vouches for HTML. Call it only where the HTML was sanitised or written by the program itself. */
export function trustedHtml(html: string): SafeHtml {
  return html as SafeHtml;
}

const scheme = /^[a-z][a-z0-9+.-]*:/i;
const harmless = /^(https?|mailto):/i;

/** @returns the address when it is http, https, mailto or relative, else `fallback` (`#`). */
export function safeUrl(address: string, fallback = '#'): SafeUrl {
  // Browsers drop tabs, line ends and leading controls before they read the scheme.
  const read = address.replace(/[\u0000-\u0020\u007f]/g, '');
  const ok = !scheme.test(read) || harmless.test(read);
  return (ok ? address.trim() : fallback) as SafeUrl;
}

/** A picture that stands in the page itself; null when the bytes are no base64. SVG runs no script in `<img>`. */
export function dataImage(type: 'png' | 'jpeg' | 'gif' | 'webp' | 'svg+xml', base64: string): SafeUrl | null {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? (`data:image/${type};base64,${base64}` as SafeUrl) : null;
}

/**
 * Where to go after signing in: a path on this hub, never another site.
 * @returns `address` when it starts with one slash and stays here, else `/`
 */
export function safeNext(address: unknown): string {
  if (typeof address !== 'string' || address.length > 2000) return '/';
  return /^\/(?![/\\])[^\u0000-\u001f\u007f\\]*$/.test(address) ? address : '/';
}

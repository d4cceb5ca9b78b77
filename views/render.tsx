import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { SafeHtml } from './safe.js';

/** A whole document, from the doctype on. */
export function renderPage(page: VNode): string {
  return `<!doctype html>\n${html(page)}\n`;
}

/** A piece of a page, for scripts that swap it in. */
export function renderFragment(fragment: VNode): string {
  return html(fragment);
}

/** HTML has no NUL, which addresses and files may have. */
function html(node: VNode): string {
  return renderToString(node).replaceAll('\0', '\ufffd');
}

interface RawProps {
  readonly html: SafeHtml;
  readonly as?: 'div' | 'span' | 'article' | 'section';
  readonly class?: string;
  readonly lang?: string;
  readonly dir?: 'auto' | 'ltr' | 'rtl';
}

/** The only door for ready-made HTML. */
export function Raw({ html, as: Element = 'div', ...attributes }: RawProps) {
  return <Element {...attributes} dangerouslySetInnerHTML={{ __html: html }} />;
}

import { type SafeHtml, type SafeUrl, trustedHtml } from '../safe.js';

export interface CardOptions {
  /** Prefix of relative links: `/owner/name/blob/main/`. */
  readonly linkBase: string;
  /** Prefix of relative images: `/owner/name/resolve/main/`. */
  readonly rawBase: string;
  readonly externalImages: boolean;
  /** Hosts whose pages may stand in frames; frames of others become links. */
  readonly embedHosts?: readonly string[];
  /** Letters and digits unknown to the card's author; a hash of the content does. */
  readonly nonce: string;
  /** Formulas stay as they were written: for cards that took too long with them. */
  readonly withoutMath?: boolean;
  /** Begins the ids of headings, where a card's own stand on the same page. */
  readonly headingPrefix?: string;
  /** Pictures that come with the text, which names them as `attachment:name`. */
  readonly attachments?: ReadonlyMap<string, SafeUrl>;
}

export interface RenderedCard {
  readonly html: SafeHtml;
  readonly hasMath: boolean;
  /** Pages of `embedHosts` stand in it. */
  readonly hasFrames: boolean;
  readonly headings: readonly { readonly id: string; readonly text: string; readonly depth: number }[];
}

/** Raised when the rendering changes, so that cached cards are rendered again. */
export const cardVersion = 9;

export const maxCardCharacters = 262_144;

/** A card as it was written. */
export function plainCard(text: string): RenderedCard {
  const source = `<pre>${escapeHtml(text.slice(0, maxCardCharacters))}</pre>`;
  return {
    html: trustedHtml(
      `<p><em>This card takes too long to format: it is shown as it was written.</em></p>
<div class="code-scroll" tabindex="0" role="group" aria-label="Source of the card">${source}</div>`,
    ),
    hasMath: false,
    hasFrames: false,
    headings: [],
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

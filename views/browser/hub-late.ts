import { askPiece } from './piece.js';

/**
 * `<hub-late data-fragment>`: asks for a piece of this page that was not ready when the page went out, and gives its place to
 * it. Without this script, or where the hub does not answer, what it holds leads to the page once more.
 */
class HubLate extends HTMLElement {
  connectedCallback(): void {
    void this.fill();
  }

  private async fill(): Promise<void> {
    const html = await askPiece(location.pathname + location.search, this.dataset.fragment!);
    if (html === null) this.toggleAttribute('data-failed', true);
    else this.outerHTML = html;
  }
}

customElements.define('hub-late', HubLate);

import { askPiece } from './piece.js';

const firstMs = 1500;
const longestMs = 15_000;

/** What people typed must not be lost by a page that reloads itself. */
let isTouched = false;
document.addEventListener('input', () => {
  isTouched = true;
});

/**
 * `<hub-poll data-fragment>`: asks for its own piece of the page until that no longer polls. Then what came takes its place; when
 * nothing came, the page is loaded anew, unless somebody typed in it: they have the link inside.
 */
class HubPoll extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.wait(firstMs);
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
  }

  private wait(ms: number): void {
    this.timer = window.setTimeout(() => void this.ask(Math.min(ms * 1.5, longestMs)), ms);
  }

  private async ask(nextMs: number): Promise<void> {
    const html = (await askPiece(location.pathname, this.dataset.fragment ?? ''))?.trim();
    if (html === undefined || html.includes('<hub-poll')) this.wait(nextMs);
    else if (html !== '') this.outerHTML = html;
    else if (isTouched) this.dataset.done = '';
    else location.reload();
  }
}

customElements.define('hub-poll', HubPoll);

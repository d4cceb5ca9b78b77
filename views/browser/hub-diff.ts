import { askPiece } from './piece.js';
import { isPlainClick } from './plain-click.js';

/**
 * `<hub-diff>`: links that would load a page for more of this file's change (`data-fragment`) put it in place instead. So is
 * what the page left out when the address names a line of it (`#diff-…R12`).
 */
class HubDiff extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('click', (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-fragment]');
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      void this.load(link.href).then(() => this.querySelector('summary')!.focus({ preventScroll: true }));
    });
    void this.showNamedLine();
  }

  private async showNamedLine(): Promise<void> {
    const name = location.hash.slice(1);
    const [, file] = /^(diff-[0-9a-f]+)[LR]\d+$/.exec(name) ?? [];
    if (!file || this.querySelector('details')?.id !== file || document.getElementById(name)) return;
    const link = this.querySelector<HTMLAnchorElement>('a[data-fragment]');
    if (!link) return;
    await this.load(link.href);
    // Browsers look for what an address names when it changes.
    if (document.getElementById(name)) location.replace(`#${name}`);
  }

  private async load(address: string): Promise<void> {
    this.setAttribute('aria-busy', 'true');
    const html = (await askPiece(address, 'file')) ?? '';
    const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('hub-diff');
    if (fresh) this.replaceChildren(...document.importNode(fresh, true).children);
    else location.assign(address);
    this.removeAttribute('aria-busy');
  }
}

customElements.define('hub-diff', HubDiff);

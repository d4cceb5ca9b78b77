import { isPlainClick } from './plain-click.js';

/** `<hub-diff>`: links that would load a page for more of this file's change (`data-fragment`) put it in place instead. */
class HubDiff extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('click', (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-fragment]');
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      void this.load(link.href);
    });
  }

  private async load(address: string): Promise<void> {
    this.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(address, { headers: { 'X-Fragment': 'file' } });
      const text = response.ok ? await response.text() : '';
      const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('hub-diff');
      if (!fresh) throw new Error(String(response.status));
      this.replaceChildren(...document.importNode(fresh, true).children);
      this.querySelector('summary')!.focus({ preventScroll: true });
    } catch {
      location.assign(address);
    } finally {
      this.removeAttribute('aria-busy');
    }
  }
}

customElements.define('hub-diff', HubDiff);

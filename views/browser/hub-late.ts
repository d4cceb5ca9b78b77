/**
 * `<hub-late data-fragment>`: asks for a piece of this page that was not ready when the page went out, and gives its place to
 * it. Without this script, or where the hub does not answer, what it holds leads to the page once more.
 */
class HubLate extends HTMLElement {
  connectedCallback(): void {
    void this.fill();
  }

  private async fill(): Promise<void> {
    const address = location.pathname + location.search;
    const answer = await fetch(address, { headers: { 'X-Fragment': this.dataset.fragment! } }).catch(() => null);
    if (answer?.ok) this.outerHTML = await answer.text();
    else this.toggleAttribute('data-failed', true);
  }
}

customElements.define('hub-late', HubLate);

export {};

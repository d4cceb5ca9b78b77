import { askPiece } from './piece.js';

const restMs = 250;

/** `<hub-name>`: says while a name is written whether it is free, as the page's fragment `name` answers. */
class HubName extends HTMLElement {
  private pending: AbortController | null = null;
  private wait = 0;

  connectedCallback(): void {
    this.addEventListener('input', () => {
      clearTimeout(this.wait);
      this.pending?.abort();
      this.wait = setTimeout(() => void this.ask(), restMs);
    });
  }

  private async ask(): Promise<void> {
    const [owner, name] = ['owner', 'name'].map((field) => this.querySelector<HTMLInputElement>(`[name=${field}]`)!);
    const status = this.querySelector('[role=status]')!;
    if (name!.value.trim() === '') {
      status.textContent = '';
      return;
    }
    const pending = new AbortController();
    this.pending = pending;
    const asked = new URLSearchParams({ owner: owner!.value, name: name!.value.trim() });
    const verdict = await askPiece(`${location.pathname}?${asked}`, 'name', pending.signal);
    // Without an answer the form says it when it is sent.
    if (verdict !== null) status.innerHTML = verdict;
  }
}

customElements.define('hub-name', HubName);

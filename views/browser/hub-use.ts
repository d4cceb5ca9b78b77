import { askPiece } from './piece.js';
import { isPlainClick } from './plain-click.js';

/** `<hub-use>`: its link leads to a page with snippets; here they come into a dialog, fetched when they are first wanted. */
class HubUse extends HTMLElement {
  connectedCallback(): void {
    const link = this.querySelector('a');
    link?.addEventListener('click', (event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      void this.open(link.href);
    });
  }

  private async open(address: string): Promise<void> {
    const dialog = this.querySelector('dialog') ?? (await this.fetchDialog(address));
    if (dialog) dialog.showModal();
    else location.href = address;
  }

  private async fetchDialog(address: string): Promise<HTMLDialogElement | null> {
    const html = await askPiece(address, 'use');
    if (html === null) return null;
    this.insertAdjacentHTML('beforeend', html);
    const dialog = this.querySelector('dialog');
    dialog?.addEventListener('click', ({ target }) => target === dialog && dialog.close());
    return dialog;
  }
}

customElements.define('hub-use', HubUse);

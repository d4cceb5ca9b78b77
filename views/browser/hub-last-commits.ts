import { askPiece } from './piece.js';

/**
 * `<hub-last-commits data-src>`: asks for what git had not found when the page went out, and puts it in place: cells of the
 * table by row and column, the rest by id. Without this script the page has it when it is loaded again.
 */
class HubLastCommits extends HTMLElement {
  connectedCallback(): void {
    void this.fill();
  }

  private async fill(): Promise<void> {
    const html = await askPiece(this.dataset.src!, 'last-commits');
    if (html === null) return;
    const found = new DOMParser().parseFromString(html, 'text/html');
    const rows = found.querySelectorAll('tr');
    for (const late of this.querySelectorAll('[data-late]')) {
      const cell = late as HTMLTableCellElement;
      const row = cell.closest('tr');
      const fresh = row ? rows[row.rowIndex]?.cells[cell.cellIndex] : found.getElementById(late.id);
      // A copy: a cell that is taken out moves the others of its row.
      if (fresh) late.replaceWith(document.importNode(fresh, true));
    }
  }
}

customElements.define('hub-last-commits', HubLastCommits);

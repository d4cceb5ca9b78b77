import { makeButton } from './button.js';

/** `<hub-lines>`: a click on a line's number puts it into the address (`#L12`), with Shift a range (`#L12-L20`). */
class HubLines extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('click', (event) => this.onClick(event));
    addEventListener('hashchange', () => this.mark());
    this.mark();
    this.addWrapSwitch();
  }

  /** As the preferences of the reader say, until it is pressed. */
  private addWrapSwitch(): void {
    const wraps = (): boolean => this.hasAttribute('data-wrap');
    this.toggleAttribute('data-wrap', document.documentElement.hasAttribute('data-wrap'));
    const button = makeButton('Wrap lines', 'link-button small wrap-switch', () => {
      this.toggleAttribute('data-wrap', !wraps());
      button.setAttribute('aria-pressed', String(wraps()));
    });
    button.setAttribute('aria-pressed', String(wraps()));
    this.prepend(button);
  }

  private onClick(event: MouseEvent): void {
    const row = (event.target as Element).closest<HTMLTableRowElement>('.line-number')?.closest('tr');
    const to = numberOf(row?.id);
    if (!to) return;
    const from = event.shiftKey ? (rangeOf(location.hash)?.[0] ?? to) : to;
    history.replaceState(null, '', from === to ? `#L${to}` : `#L${Math.min(from, to)}-L${Math.max(from, to)}`);
    this.mark();
  }

  /** The browser itself knows `#L12` only, and only when it was followed. */
  private mark(): void {
    for (const row of this.querySelectorAll('.line-marked')) row.classList.remove('line-marked');
    const [from, to] = rangeOf(location.hash) ?? [1, 0];
    const rows = [...this.querySelectorAll<HTMLTableRowElement>('tr[id]')].slice(from - 1, to);
    for (const row of rows) row.classList.add('line-marked');
    if (to > from) rows[0]?.scrollIntoView({ block: 'nearest' });
  }
}

function rangeOf(hash: string): readonly [number, number] | null {
  const [, from, to] = /^#L(\d{1,6})(?:-L?(\d{1,6}))?$/.exec(hash) ?? [];
  return from ? [Number(from), Number(to ?? from)] : null;
}

function numberOf(id: string | undefined): number | null {
  return /^L\d+$/.test(id ?? '') ? Number(id!.slice(1)) : null;
}

customElements.define('hub-lines', HubLines);

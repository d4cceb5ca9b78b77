/** `<hub-menu>`: a `[data-menu-filter]` in its `<details>` narrows the links by typing, where there are enough of them. */
const filterFrom = 8;

class HubMenu extends HTMLElement {
  private details!: HTMLDetailsElement;

  connectedCallback(): void {
    this.details = this.querySelector('details')!;
    this.addFilter();
  }

  private addFilter(): void {
    const filter = this.querySelector<HTMLInputElement>('[data-menu-filter]');
    const items = [...this.querySelectorAll('li')];
    if (!filter || items.length < filterFrom) return;
    filter.hidden = false;
    filter.addEventListener('input', () => {
      const wanted = filter.value.trim().toLowerCase();
      for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
      for (const group of this.querySelectorAll<HTMLElement>('[data-menu-group]'))
        group.hidden = !group.querySelector('li:not([hidden])');
    });
    filter.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.querySelector<HTMLAnchorElement>('li:not([hidden]) a')?.click();
    });
    this.details.addEventListener('toggle', () => {
      if (this.details.open) filter.focus();
    });
  }
}

customElements.define('hub-menu', HubMenu);

export {};

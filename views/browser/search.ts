/**
 * `<hub-search>`: suggests names below its search box while one types. The form stays what it was: Enter without a choice
 * goes to the list. Ctrl or ⌘ and K lead to the search of any page, on lists
 * to that of the list.
 */
const restMs = 120;

interface Found {
  readonly models: readonly { id: string }[];
  readonly datasets: readonly { id: string }[];
  readonly users: readonly { name: string }[];
}

class HubSearch extends HTMLElement {
  private readonly list = document.createElement('div');
  private readonly status = document.createElement('span');
  private input!: HTMLInputElement;
  private pending: AbortController | null = null;
  private wait = 0;
  /** -1 = none is chosen. */
  private at = -1;

  connectedCallback(): void {
    const input = this.querySelector('input');
    if (!input) return;
    this.input = input;
    input.placeholder = 'Search models, datasets, people';
    this.list.id = `${input.id}-list`;
    this.list.className = 'suggestions';
    this.list.hidden = true;
    setAttributes(this.list, { role: 'listbox', 'aria-label': 'Suggestions' });
    setAttributes(this.status, { role: 'status', class: 'visually-hidden' });
    setAttributes(input, {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-controls': this.list.id,
      'aria-expanded': 'false',
    });
    this.append(this.list, this.status);
    input.addEventListener('input', () => this.later());
    input.addEventListener('keydown', (event) => this.onKey(event));
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.contains(relatedTarget as Node | null)) this.close();
    });
    // A press would take the focus, and the list with it, before the click that follows.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
  }

  private get options(): HTMLAnchorElement[] {
    return [...this.list.querySelectorAll('a')];
  }

  private later(): void {
    clearTimeout(this.wait);
    this.pending?.abort();
    if (this.input.value.trim() === '') this.close();
    else this.wait = setTimeout(() => void this.ask(), restMs);
  }

  private async ask(): Promise<void> {
    const pending = new AbortController();
    this.pending = pending;
    try {
      const address = `/api/quicksearch?q=${encodeURIComponent(this.input.value.trim())}`;
      const response = await fetch(address, { signal: pending.signal });
      if (response.ok) this.show((await response.json()) as Found);
    } catch {
      // The form goes on without suggestions.
    }
  }

  private show({ models, datasets, users }: Found): void {
    const groups = [
      groupOf('Models', models, ({ id }) => [id, `/${id}`]),
      groupOf('Datasets', datasets, ({ id }) => [id, `/datasets/${id}`]),
      groupOf('People and organisations', users, ({ name }) => [name, `/${name}`]),
    ];
    this.list.replaceChildren(...groups.flatMap((group) => group ?? []));
    for (const [at, option] of this.options.entries()) option.id = `${this.list.id}-${at}`;
    const count = this.options.length;
    this.at = -1;
    this.open(count > 0 && this.input === document.activeElement);
    this.status.textContent = count === 1 ? '1 suggestion' : `${count || 'No'} suggestions`;
  }

  private open(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.choose(-1);
  }

  private close(): void {
    clearTimeout(this.wait);
    this.pending?.abort();
    this.open(false);
    this.status.textContent = '';
  }

  private choose(at: number): void {
    this.at = at;
    for (const [place, option] of this.options.entries()) option.setAttribute('aria-selected', String(place === at));
    const chosen = this.options[at];
    if (chosen) this.input.setAttribute('aria-activedescendant', chosen.id);
    else this.input.removeAttribute('aria-activedescendant');
    chosen?.scrollIntoView({ block: 'nearest' });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.list.hidden && event.key === 'ArrowDown' && this.input.value.trim() !== '') {
      event.preventDefault();
      void this.ask();
    }
    if (this.list.hidden) return;
    // Before the first one, and behind the last, is the text itself.
    const places = this.options.length + 1;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(((this.at + 1 + step + places) % places) - 1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && this.at >= 0) this.options[this.at]!.click();
    else return;
    event.preventDefault();
  }
}

function groupOf<Row>(
  title: string,
  rows: readonly Row[],
  linkOf: (row: Row) => readonly [text: string, href: string],
): HTMLElement | null {
  if (rows.length === 0) return null;
  const group = document.createElement('div');
  setAttributes(group, { role: 'group', 'aria-label': title });
  const heading = Object.assign(document.createElement('span'), { textContent: title });
  heading.setAttribute('aria-hidden', 'true');
  const links = rows.map((row) => {
    const [text, href] = linkOf(row);
    const link = Object.assign(document.createElement('a'), { textContent: text, href, tabIndex: -1 });
    setAttributes(link, { role: 'option', 'aria-selected': 'false' });
    return link;
  });
  group.append(heading, ...links);
  return group;
}

function setAttributes(element: Element, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
}

customElements.define('hub-search', HubSearch);

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
  const input = ['.listing-search input', 'search [type=search]']
    .map((selector) => document.querySelector<HTMLInputElement>(selector))
    .find((found) => found !== null);
  if (!input || event.defaultPrevented) return;
  event.preventDefault();
  input.focus();
  input.select();
});

export {};

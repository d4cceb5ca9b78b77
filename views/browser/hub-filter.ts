import { isPlainClick } from './plain-click.js';

/**
 * `<hub-filter>`: a change of a filter fetches the list instead of loading a page. The server sends the whole form again
 * (`X-Fragment: results`) and its tidy address (`X-Canonical`); back and forward go through the same way. Without this
 * script, or when a fetch fails, the form and its links do the same by loading pages.
 */
const narrowFrom = 15;

class HubFilter extends HTMLElement {
  private pending: AbortController | null = null;

  connectedCallback(): void {
    this.addEventListener('change', (event) => this.onChange(event));
    this.addEventListener('submit', (event) => this.onSubmit(event));
    this.addEventListener('click', (event) => this.onClick(event));
    this.addEventListener('input', (event) => narrow(event.target));
    addEventListener('popstate', () => void this.show(location.href, { push: false }));
    this.upgrade();
    // Beside the results they are always shown: here that is said, too.
    if (matchMedia('(min-width: 60rem)').matches) this.querySelector('.filters-fold')?.setAttribute('open', '');
  }

  /** What only makes sense with a script, after each swap. */
  private upgrade(): void {
    for (const element of this.querySelectorAll<HTMLElement>('[data-without-script]')) element.hidden = true;
    for (const facet of this.querySelectorAll('fieldset.facet')) addNarrowing(facet);
  }

  private onChange(event: Event): void {
    const target = event.target as HTMLInputElement;
    if (!target.name || target.type === 'search') return;
    void this.show(this.formAddress(), { push: true });
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    void this.show(this.formAddress(), { push: true });
  }

  private onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('.pagination a, .chips a, .facet-more');
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    const facet = link.closest('.facet');
    if (facet) void this.show(link.href, { push: false, focus: `#${facet.id} .facet-narrow` });
    else void this.show(link.href, { push: true, focus: '#results' });
  }

  private formAddress(): string {
    const form = this.querySelector('form')!;
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value) values.append(name, value);
    return `${form.action}?${values}`;
  }

  private async show(address: string, how: { push: boolean; focus?: string }): Promise<void> {
    this.pending?.abort();
    const pending = new AbortController();
    this.pending = pending;
    this.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(address, { headers: { 'X-Fragment': 'results' }, signal: pending.signal });
      if (!response.ok) throw new Error(String(response.status));
      const html = await response.text();
      if (how.push) history.pushState(null, '', response.headers.get('X-Canonical') ?? address);
      this.swap(html, how.focus);
    } catch {
      if (!pending.signal.aborted) location.assign(address);
    } finally {
      if (this.pending === pending) this.removeAttribute('aria-busy');
    }
  }

  /** Puts the new form in place; focus, open folds, what facets are narrowed to and the said number of results survive. */
  private swap(html: string, focus?: string): void {
    const fresh = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
    const old = this.querySelector('form');
    if (!fresh || !old) return;
    const focused = selectorOf(document.activeElement);
    const folds = foldsOf(old);
    const narrowed = [...old.querySelectorAll<HTMLInputElement>('.facet-narrow')].filter(({ value }) => value !== '');
    const status = old.querySelector('[role=status]');
    old.replaceWith(fresh);
    for (const fold of foldsOf(fresh))
      fold.element.open = folds.find(({ name }) => name === fold.name)?.element.open ?? fold.element.open;
    keepStatus(fresh, status);
    this.upgrade();
    for (const { id, value } of narrowed) {
      const input = this.querySelector<HTMLInputElement>(`#${id}`);
      if (input) input.value = value;
      narrow(input);
    }
    if (focus) this.querySelector<HTMLElement>(focus)?.focus();
    else if (focused) this.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  }
}

/** Screen readers announce changes of an element that stays, not new elements. */
function keepStatus(fresh: Element, old: Element | null): void {
  const slot = fresh.querySelector('[role=status]');
  if (!slot || !old) return;
  const text = slot.textContent;
  slot.replaceWith(old);
  old.textContent = text;
}

function foldsOf(root: Element): { name: string; element: HTMLDetailsElement }[] {
  return [...root.querySelectorAll('details')].map((element) => ({
    name: `${element.closest('fieldset')?.querySelector('legend')?.firstChild?.textContent ?? ''}/${element.parentElement?.querySelector('.facet-heading')?.textContent ?? ''}`,
    element,
  }));
}

function selectorOf(element: Element | null): string | null {
  if (element?.id) return `#${CSS.escape(element.id)}`;
  if (element instanceof HTMLInputElement)
    return `input[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  return null;
}

/** A box that narrows a long facet by typing. */
function addNarrowing(facet: Element): void {
  const options = facet.querySelectorAll('.facet-option');
  const fold = facet.querySelector('details');
  if (options.length <= narrowFrom || !fold) return;
  const title = facet.querySelector('legend')?.firstChild?.textContent ?? '';
  const input = Object.assign(document.createElement('input'), {
    type: 'search',
    id: `narrow-${facet.id}`,
    className: 'input facet-narrow',
    placeholder: 'Narrow…',
  });
  input.setAttribute('aria-label', `Narrow ${title}`);
  facet.querySelector('legend')?.after(input);
}

function narrow(target: EventTarget | null): void {
  if (!(target instanceof HTMLInputElement) || !target.classList.contains('facet-narrow')) return;
  const wanted = target.value.trim().toLowerCase();
  const facet = target.closest('fieldset')!;
  for (const option of facet.querySelectorAll<HTMLElement>('.facet-option')) {
    option.parentElement!.hidden = wanted !== '' && !(option.textContent ?? '').toLowerCase().includes(wanted);
  }
  for (const fold of facet.querySelectorAll('details')) if (wanted !== '') fold.open = true;
}

customElements.define('hub-filter', HubFilter);

import { upgradeAnswer } from './widget-answer.js';
import { askWidget, type Load } from './widget-ask.js';
import { upgradeFields } from './widget-fields.js';
import { mediumOf } from './widget-medium.js';
import { tableJson } from './widget-table.js';

/**
 * `<hub-widget>`: asks the model without loading a page. It posts the form that it finds inside (`X-Fragment: widget`) and
 * puts the piece of page that comes back below it, so that answers are drawn in one place, the server. On load it picks an
 * example, unless the address says what to fill in, and asks for an answer that costs no load of the model. Without this
 * script the form and the links of the examples do the same by loading pages.
 */
const longestAddress = 2000;

type Values = Readonly<Record<string, string>>;

class HubWidget extends HTMLElement {
  private asked: AbortController | null = null;
  /** What somebody typed and an example replaced. */
  private typed: Values | null = null;
  private isTyped = false;
  /** Texts before each continuation. */
  private readonly steps: string[] = [];
  private askedFile: File | null = null;
  private pictureAddress: string | null = null;
  private section!: HTMLElement;
  private form!: HTMLFormElement;
  private result!: HTMLElement;
  /** null where the model cannot be run: then there are examples to read. */
  private submit!: HTMLButtonElement | null;
  /** What its button is called. */
  private name = '';

  connectedCallback(): void {
    this.section = this.querySelector('section')!;
    this.form = this.querySelector('form')!;
    this.result = this.querySelector('.widget-result')!;
    this.submit = this.querySelector('button[type=submit]');
    this.name = this.submit?.textContent ?? '';
    this.form.addEventListener('submit', (event) => this.onSubmit(event));
    this.form.addEventListener('input', () => this.onInput());
    this.section.addEventListener('click', (event) => this.onClick(event));
    this.section.addEventListener('keydown', (event) => this.onKey(event));
    this.section.addEventListener('focusout', (event) => this.onFocusOut(event));
    this.upgrade();
    this.upgradeShown();
    void upgradeFields(this.section, this.form).finally(() => this.begin());
  }

  /** What only makes sense with a script. */
  private upgrade(): void {
    for (const element of this.querySelectorAll<HTMLElement>('[data-shortcut], [data-insert], [data-maximize]'))
      element.hidden = false;
    const shortcut = this.querySelector('[data-shortcut]');
    if (shortcut && /Mac|iPhone|iPad/.test(navigator.platform)) shortcut.textContent = '⌘+Enter';
  }

  private upgradeShown(): void {
    const answer = this.result.firstElementChild;
    if (answer) upgradeAnswer(answer, () => this.form.querySelector('audio'));
  }

  private begin(): void {
    const examples = this.examples();
    const pinned = 'pinned' in this.section.dataset;
    if (pinned && this.section.dataset.state !== 'idle') return;
    const current = examples.find((link) => link.getAttribute('aria-current'));
    const picked = pinned ? current : examples[Math.floor(Math.random() * examples.length)];
    if (picked && !pinned) this.fill(picked);
    // A conversation begins when somebody says something.
    if (this.section.dataset.task === 'conversational') return;
    if (this.form.checkValidity() && !this.lacksFile()) void this.ask('never', picked !== undefined);
  }

  /** A file may be chosen or named, so neither field is required. */
  private lacksFile(): boolean {
    const file = this.form.querySelector<HTMLInputElement>('[type=file]');
    const source = this.form.querySelector<HTMLInputElement>('[name=src]');
    return file !== null && file.value === '' && !source?.value;
  }

  private examples(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('a[data-example]')];
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    if (!this.submit) return;
    this.remember();
    void this.ask('begin');
  }

  private onInput(): void {
    this.isTyped = true;
    this.mark(null);
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>('a[data-example]');
    if (link && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.choose(link);
    } else if (this.isBusy() && target.closest('button') === this.submit) {
      event.preventDefault();
      this.asked?.abort();
    } else if (target.closest('[data-undo]')) this.undo();
    else if (target.closest('[data-maximize]')) this.maximize();
    else if (target.closest('[data-continue]')) this.continue();
    else if (target.closest('[data-take-back]')) this.takeBack();
    else if (target.closest('[data-clear]')) this.clear(event);
    else if (target.closest('[data-insert]'))
      this.insert(target.closest<HTMLElement>('[data-insert]')!.dataset.insert!);
  }

  private onKey(event: KeyboardEvent): void {
    // A message is sent with Enter; Shift+Enter begins a line. Not while a word is being composed.
    const sends =
      this.section.dataset.task === 'conversational' &&
      event.target instanceof HTMLTextAreaElement &&
      !event.shiftKey &&
      !event.isComposing;
    if (this.submit && event.key === 'Enter' && (event.ctrlKey || event.metaKey || sends)) {
      event.preventDefault();
      this.form.requestSubmit();
    }
    const menu = this.menu();
    if (event.key === 'Escape' && menu?.open) {
      event.preventDefault();
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  }

  /** A menu closes when something else is used. */
  private onFocusOut(event: FocusEvent): void {
    const menu = this.menu();
    if (menu?.open && event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  }

  private menu(): HTMLDetailsElement | null {
    return this.querySelector('details.menu');
  }

  private choose(link: HTMLAnchorElement): void {
    if (this.isTyped) this.typed = this.values();
    this.fill(link);
    this.show('[data-undo]', this.typed !== null);
    const menu = this.menu();
    if (menu) menu.open = false;
    menu?.querySelector('summary')?.focus();
    this.remember();
    void this.ask('begin', true);
  }

  /** What was written becomes the text to continue; the last step can be taken back. */
  private continue(): void {
    const area = this.form.querySelector('textarea')!;
    this.steps.push(area.value);
    area.value = this.result.querySelector('[data-written]')?.textContent ?? area.value;
    this.onInput();
    this.form.requestSubmit();
  }

  private takeBack(): void {
    const before = this.steps.pop();
    if (before === undefined) return;
    const area = this.form.querySelector('textarea')!;
    area.value = before;
    this.onInput();
    this.result.replaceChildren();
    this.section.dataset.state = 'idle';
    this.say('The last step is taken back');
    area.focus();
  }

  private clear(event: Event): void {
    event.preventDefault();
    this.result.replaceChildren();
    this.section.dataset.state = 'idle';
    this.say('The conversation is cleared');
    this.fields()[0]?.focus();
  }

  private undo(): void {
    if (!this.typed) return;
    this.put(this.typed);
    this.typed = null;
    this.onInput();
    this.show('[data-undo]', false);
    this.fields()[0]?.focus();
  }

  private fill(link: HTMLAnchorElement): void {
    this.put(JSON.parse(link.dataset.values ?? '{}') as Values);
    this.form.querySelector<HTMLInputElement>('[name=example]')!.value = link.dataset.example ?? '';
    this.isTyped = false;
    this.mark(link);
  }

  private mark(chosen: Element | null): void {
    for (const link of this.examples()) {
      if (link === chosen) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  private insert(text: string): void {
    const area = this.querySelector('textarea');
    if (!area) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.focus();
    this.onInput();
  }

  private fields(): (HTMLInputElement | HTMLTextAreaElement)[] {
    return [...this.form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('textarea, .input, [type=checkbox]')];
  }

  private values(): Values {
    const data = new FormData(this.form);
    return Object.fromEntries(
      this.fields().flatMap(({ name }) => (data.has(name) ? [[name, String(data.get(name))]] : [])),
    );
  }

  private put(values: Values): void {
    for (const field of this.fields()) {
      const value = values[field.name] ?? '';
      if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === 'true';
      else if ('parameter' in field.dataset) continue;
      else field.value = value;
      field.dispatchEvent(new Event('widget-fill'));
    }
    const source = this.form.querySelector<HTMLInputElement>('[type=hidden][name=src]');
    if (source && values.src !== undefined) this.putFile(source, values.src);
  }

  /** An example's file stands in for one that was chosen. */
  private putFile(source: HTMLInputElement, address: string): void {
    source.value = address;
    const file = this.form.querySelector<HTMLInputElement>('[type=file]')!;
    file.value = '';
    const preview = this.form.querySelector('[data-preview]');
    if (!preview) return;
    const path = address.split('/').map(encodeURIComponent).join('/');
    const isElsewhere = /^https?:/i.test(address);
    const isSound = file.accept.startsWith('audio');
    preview.replaceChildren(
      ...(isElsewhere
        ? []
        : [mediumOf(isSound, `${new URL(this.form.action).pathname}/resolve/HEAD/${path}`, address)]),
    );
    const told = this.form.querySelector('[data-source]');
    if (told) told.textContent = `Without a file: ${address}.`;
  }

  /** Keeps the inputs in the address, so that it can be shared; a long text would make one that others cut. */
  private remember(): void {
    const address = new URL(location.href);
    const inputs = this.fields().filter((field) => !('parameter' in field.dataset));
    const values = this.values();
    for (const { name } of inputs) address.searchParams.delete(name);
    address.searchParams.delete('example');
    const parameters = inputs.flatMap(({ name, dataset }) => spelled(name, values[name], dataset.as));
    if (parameters.reduce((length, [, value]) => length + value.length, 0) <= longestAddress)
      for (const [name, value] of parameters) address.searchParams.append(name, value);
    history.replaceState(history.state, '', address);
  }

  /** @param ofCard an answer that the card gives to its example serves */
  private async ask(load: Load, ofCard = false): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.askedFile = this.form.querySelector<HTMLInputElement>('[type=file]')?.files?.[0] ?? null;
    const isQuiet = load === 'never';
    const stopClock = isQuiet ? () => {} : this.startClock();
    if (!isQuiet) this.busy(true);
    try {
      const answer = await askWidget(this.form, {
        load,
        ofCard,
        signal: asked.signal,
        onLoading: (loading) => this.loads(loading),
      });
      if (this.asked === asked) this.swap(answer, isQuiet);
    } catch (error) {
      if (this.asked !== asked) return;
      if (asked.signal.aborted) this.cancelled();
      else if (!isQuiet) this.failed((error as Error).message);
    } finally {
      stopClock();
      if (this.asked === asked) {
        this.asked = null;
        this.busy(false);
      }
    }
  }

  private loads(loading: Element | null): void {
    if (loading) this.swap(loading, true);
    this.say('Loading the model');
  }

  private swap(answer: Element, isQuiet: boolean): void {
    const thread = this.result.querySelector('[data-thread]');
    const isContinued = answer.querySelector('[data-thread]') !== null;
    this.result.replaceChildren(document.adoptNode(answer));
    if (thread && !isContinued) answer.append(thread);
    this.section.dataset.state = (answer as HTMLElement).dataset.state ?? 'error';
    if (isContinued && this.section.dataset.state === 'done') this.put({});
    this.showPicture();
    this.upgradeShown();
    this.show('[data-take-back]', this.steps.length > 0);
    const time = answer.querySelector('[data-time]')?.textContent ?? '';
    if (!isQuiet && this.section.dataset.state === 'done') this.say(`Done. ${time}`);
  }

  /** The file that was chosen, below what was found in it: the hub does not send it back. */
  private showPicture(): void {
    const picture = this.result.querySelector('[data-picture]');
    if (!picture) return;
    if (this.pictureAddress) URL.revokeObjectURL(this.pictureAddress);
    this.pictureAddress = this.askedFile ? URL.createObjectURL(this.askedFile) : null;
    if (this.pictureAddress) picture.setAttribute('href', this.pictureAddress);
  }

  private cancelled(): void {
    this.say('Cancelled');
    if (this.section.dataset.state !== 'loading') return;
    const thread = this.result.querySelector('[data-thread]');
    this.result.replaceChildren(...(thread ? [thread] : []));
    this.section.dataset.state = 'idle';
  }

  private failed(message: string): void {
    const notice = document.createElement('p');
    notice.className = 'notice notice-danger';
    notice.setAttribute('role', 'alert');
    notice.dataset.state = 'error';
    notice.textContent = message;
    this.swap(notice, true);
  }

  private isBusy(): boolean {
    return this.result.getAttribute('aria-busy') === 'true';
  }

  private busy(isBusy: boolean): void {
    this.result.setAttribute('aria-busy', String(isBusy));
    if (isBusy) this.say('Running');
    if (!this.submit) return;
    for (const field of this.fields()) if (field.type !== 'checkbox') field.toggleAttribute('readonly', isBusy);
    this.submit.textContent = isBusy ? 'Cancel' : this.name;
  }

  private say(text: string): void {
    this.querySelector('[data-told]')!.textContent = text;
  }

  private show(selector: string, isShown: boolean): void {
    const element = this.querySelector<HTMLElement>(selector);
    if (element) element.hidden = !isShown;
  }

  /** Shows how long it takes, and moves the bar of a model that loads. @returns what stops it */
  private startClock(): () => void {
    const began = performance.now();
    const clock = this.querySelector('.widget-time');
    const timer = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      if (clock) clock.textContent = `${seconds.toFixed(1)} s`;
      const loading = this.result.querySelector<HTMLElement>('[data-state=loading]');
      if (loading) tellLoading(loading, seconds);
    }, 100);
    return () => {
      clearInterval(timer);
      if (clock) clock.textContent = '';
    };
  }

  /** The widget in a dialog of its own; Escape or the button puts it back with all it holds. */
  private maximize(): void {
    const open = this.querySelector('dialog');
    if (open) return open.close();
    const dialog = document.createElement('dialog');
    dialog.className = 'widget-dialog';
    dialog.setAttribute('aria-labelledby', 'widget-title');
    this.append(dialog);
    dialog.append(this.section);
    const button = this.section.querySelector<HTMLElement>('[data-maximize]')!;
    button.ariaLabel = button.title = 'Close';
    dialog.addEventListener('close', () => {
      dialog.replaceWith(this.section);
      button.ariaLabel = button.title = 'Maximize';
      button.focus();
    });
    dialog.showModal();
  }
}

/** Tables go into addresses as JSON, sentences as a parameter that is repeated. */
function spelled(name: string, value: string | undefined, as: string | undefined): [name: string, value: string][] {
  if (value === undefined) return [];
  if (as === 'table') return [[name, tableJson(value)]];
  if (as === 'lines')
    return value.split('\n').flatMap((line) => (line.trim() ? [[name, line] as [string, string]] : []));
  return [[name, value]];
}

/** The estimate is a guess: the bar never says that all is done. */
function tellLoading(loading: HTMLElement, seconds: number): void {
  const expected = Number(loading.dataset.seconds) || 1;
  const left = Math.ceil(expected - seconds);
  loading.querySelector('progress')!.value = Math.min(95, (seconds / expected) * 100);
  loading.querySelector('[data-text]')!.textContent =
    left > 0 ? `Loading the model, about ${left} s left` : 'Loading the model takes longer than expected';
}

customElements.define('hub-widget', HubWidget);

import { makeButton } from './button.js';
import { rememberInAddress } from './widget-address.js';
import { upgradeAnswer } from './widget-answer.js';
import { askWidget, type Ears, type Load, stateOf } from './widget-ask.js';
import { checkFields, forgetProblems } from './widget-check.js';
import { upgradeFields } from './widget-fields.js';
import { maximize } from './widget-maximize.js';
import { mediumOf } from './widget-medium.js';
import { WidgetStatus } from './widget-status.js';

/**
 * `<hub-widget>`: asks the model without loading a page. It posts the form that it finds inside (`X-Fragment: widget`) and
 * puts the piece of page that comes back below it, so that answers are drawn in one place, the server. On load it picks an
 * example, unless the address says what to fill in, and asks for an answer that costs no load of the model. Without this
 * script the form and the links of the examples do the same by loading pages.
 */
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
  private status!: WidgetStatus;
  private section!: HTMLElement;
  private form!: HTMLFormElement;
  private result!: HTMLElement;
  /** null where the model cannot be run: then there are examples to read. */
  private submit!: HTMLButtonElement | null;
  /** What its button is called. */
  private name = '';

  connectedCallback(): void {
    this.section = this.querySelector('section')!;
    this.status = new WidgetStatus(this.section);
    this.form = this.querySelector('form')!;
    this.result = this.querySelector('.widget-result')!;
    this.submit = this.querySelector('button[type=submit]');
    this.name = this.submit?.textContent ?? '';
    this.form.addEventListener('submit', (event) => this.onSubmit(event));
    this.form.addEventListener('input', () => this.onInput());
    this.section.addEventListener('click', (event) => this.onClick(event));
    this.section.addEventListener('change', (event) => this.onChange(event));
    this.section.addEventListener('keydown', (event) => this.onKey(event));
    this.section.addEventListener('focusout', (event) => this.onFocusOut(event));
    this.upgrade();
    this.upgradeShown();
    void upgradeFields(this.section, this.form).finally(() => this.begin());
  }

  /** What only makes sense with a script. */
  private upgrade(): void {
    for (const element of this.querySelectorAll<HTMLElement>(
      '[data-shortcut], [data-insert], [data-maximize], [data-groups]',
    ))
      element.hidden = false;
    const shortcut = this.querySelector('[data-shortcut]');
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    if (shortcut && isMac && shortcut.textContent !== 'Enter') shortcut.textContent = '⌘+Enter';
  }

  private upgradeShown(): void {
    const answer = this.result.firstElementChild;
    if (answer) upgradeAnswer(answer, () => this.form.querySelector('audio'));
    this.show('[data-take-back]', this.steps.length > 0);
    this.scrollToEnd();
  }

  /** Of a conversation the last turn is looked at, of a text that grows its end. */
  private scrollToEnd(): void {
    for (const box of this.result.querySelectorAll('.chat-turns, [data-state=running] .widget-text'))
      box.scrollTop = box.scrollHeight;
  }

  private begin(): void {
    const examples = this.examples();
    const pinned = 'pinned' in this.section.dataset;
    if (pinned && this.section.dataset.state !== 'idle') return;
    const current = examples.find((link) => link.getAttribute('aria-current'));
    const picked = pinned ? current : examples[Math.floor(Math.random() * examples.length)];
    if (picked && !pinned) this.fill(picked);
    this.showGroup(picked?.closest('ul')?.dataset.group);
    if (!this.submit) return;
    // A conversation begins when somebody says something.
    const isComplete = this.section.dataset.task !== 'conversational' && this.form.checkValidity() && !this.lacksFile();
    if (isComplete) void this.ask('never', picked !== undefined);
    else void this.tellState();
  }

  /** Whether a question would wait for a load. */
  private async tellState(): Promise<void> {
    const { state, seconds } = (await stateOf(this.form)) ?? {};
    if (this.asked || this.section.dataset.state !== 'idle') return;
    if (state === 'Loaded') this.status.say('Loaded, ready');
    else if (state === 'Loading') this.status.say('Loading now');
    else if (state === 'Loadable') this.status.say(`Loads on demand (about ${Math.ceil(seconds ?? 0)} s)`);
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
    if (!this.submit || !checkFields(this.form)) return;
    this.remember();
    void this.ask('begin');
  }

  private onInput(): void {
    forgetProblems(this.form);
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
    else if (target.closest('[data-maximize]')) maximize(this, this.section);
    else if (target.closest('[data-retry]')) this.form.requestSubmit();
    else if (target.closest('[data-continue]')) this.continue();
    else if (target.closest('[data-take-back]')) this.takeBack();
    else if (target.closest('[data-clear]')) this.clear(event);
    else if (target.closest('[data-insert]'))
      this.insert(target.closest<HTMLElement>('[data-insert]')!.dataset.insert!);
  }

  private onChange({ target }: Event): void {
    if (target instanceof HTMLSelectElement && 'groups' in target.dataset) this.showGroup(target.value);
  }

  /** Only the examples of one group are offered, where there are several. */
  private showGroup(group: string | undefined): void {
    const groups = this.querySelector<HTMLSelectElement>('[data-groups]');
    if (!groups) return;
    if (group !== undefined) groups.value = group;
    for (const list of this.querySelectorAll<HTMLElement>('ul[data-group]'))
      list.hidden = list.dataset.group !== groups.value;
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
    if (/^Arrow(Up|Down)$/.test(event.key) && menu?.contains(event.target as Node)) {
      event.preventDefault();
      menu.open = true;
      const links = [...menu.querySelectorAll<HTMLElement>('ul:not([hidden]) a')];
      const next = links.indexOf(event.target as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1);
      links.at(next % links.length)?.focus();
    }
  }

  /** A menu closes when something else is used. */
  private onFocusOut(event: FocusEvent): void {
    const menu = this.menu();
    if (menu?.open && event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  }

  private menu(): HTMLDetailsElement | null {
    return this.querySelector('details.widget-examples');
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
    this.status.say('The last step is taken back');
    area.focus();
  }

  private clear(event: Event): void {
    event.preventDefault();
    this.result.replaceChildren();
    this.section.dataset.state = 'idle';
    this.status.say('The conversation is cleared');
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
    forgetProblems(this.form);
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
    const file = this.form.querySelector<HTMLInputElement>('[type=file]');
    if (file) file.value = '';
    const preview = this.form.querySelector<HTMLElement>('[data-preview]');
    if (!preview) return;
    // A file of the hub's own begins so, as no path of a repository does.
    const isHubs = address.startsWith('/');
    const path = address.split('/').map(encodeURIComponent).join('/');
    const place = isHubs ? address : `${new URL(this.form.action).pathname}/resolve/HEAD/${path}`;
    const isElsewhere = /^https?:/i.test(address);
    const isSound = file?.accept.startsWith('audio') ?? 'sound' in preview.dataset;
    const name = `${isSound ? 'Sound' : 'Image'} of the example`;
    preview.replaceChildren(...(isElsewhere ? [] : [mediumOf(isSound, place, isHubs ? name : address)]));
    const told = this.form.querySelector('[data-source]');
    if (told) told.textContent = `Without a file: ${isHubs ? 'the example’s own' : address}.`;
  }

  private remember(): void {
    const values = this.values();
    const inputs = this.fields().filter((field) => !('parameter' in field.dataset));
    rememberInAddress(inputs.map(({ name, dataset }) => ({ name, value: values[name], as: dataset.as })));
  }

  /** @param ofCard an answer that the card gives to its example serves */
  private async ask(load: Load, ofCard = false): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.askedFile = this.form.querySelector<HTMLInputElement>('[type=file]')?.files?.[0] ?? null;
    const isQuiet = load === 'never';
    const before = this.section.dataset.state ?? 'idle';
    const stop = isQuiet ? () => {} : this.run();
    try {
      const answer = await askWidget(this.form, { load, ofCard, signal: asked.signal, ears: this.ears() });
      if (this.asked === asked) this.swap(answer, isQuiet);
    } catch (error) {
      if (this.asked !== asked) return;
      if (asked.signal.aborted) this.cancelled(before);
      else if (!isQuiet) this.failed((error as Error).message);
    } finally {
      stop();
      if (this.asked === asked) {
        this.asked = null;
        this.busy(false);
      }
    }
  }

  /** @returns what stops the clock */
  private run(): () => void {
    this.busy(true);
    this.section.dataset.state = 'running';
    return this.status.start();
  }

  private ears(): Ears {
    return {
      loads: (seconds) => {
        this.section.dataset.state = 'loading';
        this.status.loads(seconds);
      },
      waits: (position) => this.status.say(`Position ${position} in queue`),
      begins: (frame) => {
        this.section.dataset.state = 'running';
        this.status.loaded();
        this.status.say('The answer is being written');
        this.result.replaceChildren(document.adoptNode(frame));
      },
      writes: (text) => {
        this.result.querySelector('[data-live]')?.append(text);
        this.scrollToEnd();
      },
    };
  }

  private swap(answer: Element, isQuiet: boolean): void {
    const { state = 'error' } = (answer as HTMLElement).dataset;
    this.section.dataset.state = state;
    if (state === 'unloaded') {
      this.result.replaceChildren();
      this.status.say(answer.textContent ?? '');
      return;
    }
    const thread = this.result.querySelector('[data-thread]');
    const isContinued = answer.querySelector('[data-thread]') !== null;
    const kept = state === 'error' ? this.writtenSoFar() : [];
    this.result.replaceChildren(document.adoptNode(answer));
    if (thread && !isContinued) answer.append(thread);
    answer.append(...kept);
    if (isContinued && state === 'done') this.put({});
    this.showPicture();
    this.upgradeShown();
    const time = answer.querySelector('[data-time]')?.textContent ?? '';
    // What is shown says it too.
    this.status.say(isQuiet || state !== 'done' ? '' : `Done. ${time}`, false);
  }

  /** The text that could not be gone on from, with the way back; it would fail again. */
  private writtenSoFar(): readonly Element[] {
    const written = this.result.querySelector('[data-written]');
    const continuing = this.result.querySelector('[data-continuing]');
    const asked = this.form.querySelector('textarea')?.value;
    if (!written || !continuing || this.steps.length === 0 || written.textContent !== asked) return [];
    continuing.querySelector('[data-continue]')?.remove();
    return [written.closest('.text-block') ?? written, continuing];
  }

  /** The file that was chosen, below what was found in it: the hub does not send it back. */
  private showPicture(): void {
    const picture = this.result.querySelector('[data-picture]');
    if (!picture) return;
    if (this.pictureAddress) URL.revokeObjectURL(this.pictureAddress);
    this.pictureAddress = this.askedFile ? URL.createObjectURL(this.askedFile) : null;
    if (this.pictureAddress) picture.setAttribute('href', this.pictureAddress);
  }

  /** What was written so far stays, and can be gone on from. */
  private cancelled(before: string): void {
    const live = this.result.querySelector('[data-live]');
    this.section.dataset.state = live ? 'cancelled' : before;
    if (!live) return this.status.say('Cancelled');
    live.removeAttribute('data-live');
    this.result.firstElementChild!.setAttribute('data-state', 'cancelled');
    this.keepTurn(live.textContent ?? '');
    this.upgradeShown();
    this.status.say('Cancelled. What was written stays.');
  }

  /** A conversation goes on from an answer that was cut short. */
  private keepTurn(answer: string): void {
    const turns = this.result.querySelector<HTMLInputElement>('[name=turns]');
    if (!turns) return;
    const { generated_responses: answers, ...rest } = JSON.parse(turns.value) as { generated_responses: string[] };
    turns.value = JSON.stringify({ ...rest, generated_responses: [...answers.slice(0, -1), answer.trim()] });
    this.put({});
  }

  private failed(message: string): void {
    const notice = document.createElement('div');
    notice.className = 'notice notice-danger';
    notice.setAttribute('role', 'alert');
    const text = document.createElement('p');
    text.textContent = message;
    notice.append(
      text,
      makeButton('Retry', 'button', () => this.form.requestSubmit()),
    );
    const answer = document.createElement('div');
    answer.dataset.state = 'error';
    answer.append(notice);
    this.swap(answer, true);
  }

  private isBusy(): boolean {
    return this.result.getAttribute('aria-busy') === 'true';
  }

  private busy(isBusy: boolean): void {
    this.result.setAttribute('aria-busy', String(isBusy));
    if (!this.submit) return;
    for (const field of this.fields()) if (field.type !== 'checkbox') field.toggleAttribute('readonly', isBusy);
    this.submit.textContent = isBusy ? 'Cancel' : this.name;
  }

  private show(selector: string, isShown: boolean): void {
    const element = this.querySelector<HTMLElement>(selector);
    if (element) element.hidden = !isShown;
  }
}

customElements.define('hub-widget', HubWidget);

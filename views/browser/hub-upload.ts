import { makeButton } from './button.js';
import { droppedFiles, type FoundFile } from './upload-drop.js';
import { type Sending, type Stored, sendFile } from './upload-send.js';

/**
 * `<hub-upload data-there data-max>`: files are sent one by one as soon as they are chosen or dropped, each with its own bar
 * and another try where it fails; the form then names what is on the hub already, and is sent as it would be without this
 * script. `data-there` lists the paths that a file would replace, `data-max` is the most bytes of one.
 */
const atOnce = 2;

type State = 'waiting' | 'sending' | 'done' | 'failed';

interface Row {
  readonly file: File | null;
  readonly sizeBytes: number;
  readonly element: HTMLLIElement;
  readonly path: HTMLInputElement;
  /** Whether somebody wrote the path; else it follows the folder. */
  isNamed: boolean;
  readonly relative: string;
  state: State;
  sent: number;
  sending: Sending | null;
  stored: Stored | null;
}

class HubUpload extends HTMLElement {
  private form!: HTMLFormElement;
  private input!: HTMLInputElement;
  private folder!: HTMLInputElement;
  private submit!: HTMLButtonElement;
  private list!: HTMLUListElement;
  private whole!: HTMLProgressElement;
  private status!: HTMLElement;
  private there!: ReadonlySet<string>;
  private rows: Row[] = [];
  /** The form was sent off and waits for the last file. */
  private wantsCommit = false;
  private isCommitting = false;
  private count = 0;

  connectedCallback(): void {
    this.form = this.querySelector('form')!;
    this.input = this.querySelector('input[type=file]')!;
    this.folder = this.querySelector('input[name=folder]')!;
    this.submit = this.querySelector('button[type=submit]')!;
    this.there = new Set(JSON.parse(this.dataset.there ?? '[]') as string[]);
    this.build();
    this.takeStored();
    this.input.addEventListener('change', () => {
      this.add([...(this.input.files ?? [])].map((file) => ({ file, relative: file.webkitRelativePath || file.name })));
      this.input.value = '';
    });
    this.folder.addEventListener('input', () => this.rename());
    this.form.addEventListener('submit', (event) => this.onSubmit(event));
    this.addEventListener('dragover', (event) => this.onDrag(event));
    this.addEventListener('dragleave', () => this.toggleAttribute('data-over', false));
    this.addEventListener('drop', (event) => void this.onDrop(event));
    addEventListener('beforeunload', (event) => {
      if (this.rows.length > 0 && !this.isCommitting) event.preventDefault();
    });
    // Back from the page that the form led to: its script goes on where it stood.
    addEventListener('pageshow', () => this.committing(false));
  }

  private build(): void {
    this.list = Object.assign(document.createElement('ul'), { className: 'upload-list', hidden: true });
    this.list.setAttribute('aria-label', 'Files to commit');
    this.whole = Object.assign(document.createElement('progress'), {
      className: 'upload-bar',
      max: 1,
      value: 0,
      hidden: true,
    });
    this.whole.setAttribute('aria-label', 'All files');
    this.status = Object.assign(document.createElement('p'), { className: 'upload-status muted small' });
    this.status.setAttribute('role', 'status');
    const field = this.input.closest('.field')!;
    field.classList.add('drop-zone');
    field.append(makeText('p', 'field-hint', 'Or drop files and folders here.'));
    field.after(this.list, this.whole, this.status);
    this.submit.textContent = 'Commit';
  }

  /** What the page says is on the hub already. */
  private takeStored(): void {
    for (const element of this.querySelectorAll<HTMLElement>('[data-stored]')) {
      const [oid = '', size = '0'] = element.dataset.stored!.split(' ');
      const path = element.dataset.path ?? '';
      const row = this.addRow(path, path, Number(size), null);
      Object.assign(row, { state: 'done', isNamed: true, stored: { oid, size: Number(size) } });
      this.draw(row);
    }
    this.querySelector('.stored-files')?.remove();
    if (this.rows.length > 0) this.drawWhole();
  }

  private add(found: readonly FoundFile[]): void {
    for (const { file, relative } of found) {
      const path = this.inFolder(relative);
      const same = this.rows.find((row) => row.path.value === path);
      if (same) this.drop(same);
      const row = this.addRow(path, relative, file.size, file);
      if (file.size > Number(this.dataset.max)) this.fail(row, 'It is larger than this hub takes.');
      else this.draw(row);
    }
    this.drawWhole();
    this.pump();
  }

  private addRow(path: string, relative: string, sizeBytes: number, file: File | null): Row {
    const element = document.createElement('li');
    this.count += 1;
    const id = `upload-${this.count}`;
    const label = makeText('label', 'visually-hidden', `Path of ${relative}`);
    label.setAttribute('for', id);
    const input = Object.assign(document.createElement('input'), {
      id,
      className: 'input mono',
      value: path,
      maxLength: 4095,
      spellcheck: false,
    });
    const bar = Object.assign(document.createElement('progress'), { className: 'upload-bar', max: 1, value: 0 });
    bar.setAttribute('aria-label', relative);
    const again = makeButton('Retry', 'link-button small', () => this.retry(row));
    const away = makeButton('Remove', 'link-button small', () => {
      this.drop(row);
      this.input.focus();
    });
    away.setAttribute('aria-label', `Remove ${relative}`);
    again.setAttribute('aria-label', `Retry ${relative}`);
    const line = makeText('div', 'upload-line', '');
    line.append(makeText('span', 'upload-state small', ''), again, away);
    element.append(label, input, bar, line);
    const row: Row = {
      file,
      sizeBytes,
      element,
      path: input,
      isNamed: false,
      relative,
      state: 'waiting',
      sent: 0,
      sending: null,
      stored: null,
    };
    input.addEventListener('input', () => {
      row.isNamed = true;
      this.draw(row);
    });
    this.rows.push(row);
    this.list.append(element);
    return row;
  }

  private inFolder(relative: string): string {
    return [...this.folder.value.split('/'), ...relative.split('/')]
      .map((part) => part.trim())
      .filter(Boolean)
      .join('/');
  }

  private rename(): void {
    for (const row of this.rows) {
      if (row.isNamed) continue;
      row.path.value = this.inFolder(row.relative);
      this.draw(row);
    }
  }

  private pump(): void {
    for (const row of this.rows) {
      if (this.rows.filter(({ state }) => state === 'sending').length >= atOnce) return;
      if (row.state === 'waiting') void this.send(row);
    }
    this.finish();
  }

  private async send(row: Row): Promise<void> {
    row.state = 'sending';
    row.sending = sendFile(this.form.action, row.file!, (sent) => {
      row.sent = sent;
      this.draw(row);
      this.drawWhole();
    });
    this.draw(row);
    try {
      row.stored = await row.sending.done;
      row.state = 'done';
      row.sent = row.sizeBytes;
      this.draw(row);
    } catch (error) {
      this.fail(row, (error as Error).message);
    }
    row.sending = null;
    this.drawWhole();
    this.pump();
  }

  private fail(row: Row, why: string): void {
    row.state = 'failed';
    row.sent = 0;
    this.draw(row, why);
  }

  private retry(row: Row): void {
    row.state = 'waiting';
    this.draw(row);
    this.drawWhole();
    row.path.focus();
    this.pump();
  }

  private drop(row: Row): void {
    row.sending?.cancel();
    this.rows = this.rows.filter((one) => one !== row);
    row.element.remove();
    this.drawWhole();
  }

  private draw(row: Row, why = ''): void {
    const { element, sizeBytes, state, sent } = row;
    const replaces = this.there.has(row.path.value) ? ' · replaces the file that is there' : '';
    const texts: Readonly<Record<State, string>> = {
      waiting: `${bytes(sizeBytes)} · waiting`,
      sending: `${percent(sent, sizeBytes)} % of ${bytes(sizeBytes)}${row.sending ? row.sending.pace(sizeBytes) : ''}`,
      done: `${bytes(sizeBytes)} · uploaded`,
      failed: `Failed: ${why}`,
    };
    element.dataset.state = state;
    element.querySelector('.upload-state')!.textContent = texts[state] + (state === 'failed' ? '' : replaces);
    const bar = element.querySelector('progress')!;
    bar.value = state === 'done' ? 1 : sizeBytes === 0 ? 0 : sent / sizeBytes;
    bar.hidden = state !== 'sending';
    const [again] = element.querySelectorAll('button');
    again!.hidden = state !== 'failed' || row.file === null;
  }

  private drawWhole(): void {
    const total = this.rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const sent = this.rows.reduce((sum, row) => sum + row.sent, 0);
    const left = this.rows.filter(({ state }) => state === 'waiting' || state === 'sending').length;
    const failed = this.rows.filter(({ state }) => state === 'failed').length;
    this.list.hidden = this.rows.length === 0;
    this.whole.hidden = left === 0;
    this.whole.value = total === 0 ? 0 : sent / total;
    const done = this.rows.length - left - failed;
    const parts = [`${done} of ${this.rows.length} uploaded`, failed > 0 ? `${failed} failed` : ''];
    this.say(this.rows.length === 0 ? '' : parts.filter(Boolean).join(', '));
  }

  /** Said once, not at every step of a bar. */
  private say(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  private onSubmit(event: SubmitEvent): void {
    if (this.rows.length === 0) return;
    event.preventDefault();
    this.wantsCommit = true;
    this.finish();
  }

  /** Commits, once that is wanted and every file is on the hub. */
  private finish(): void {
    if (!this.wantsCommit || this.isCommitting) return;
    const failed = this.rows.find(({ state }) => state === 'failed');
    if (failed) {
      this.wantsCommit = false;
      this.submit.textContent = 'Commit';
      this.say('Some files failed: retry or remove them, then commit.');
      failed.element.querySelector<HTMLElement>('button:not([hidden])')?.focus();
      return;
    }
    if (this.rows.some(({ state }) => state !== 'done')) {
      this.submit.textContent = 'Commits when all is uploaded…';
      return;
    }
    for (const [index, { path, stored }] of this.rows.entries()) {
      this.form.append(
        hidden(`stored.${index}`, `${stored!.oid} ${stored!.size}`),
        hidden(`path.${index}`, path.value),
      );
    }
    this.committing(true);
    this.form.submit();
  }

  private committing(isCommitting: boolean): void {
    this.isCommitting = isCommitting;
    this.wantsCommit = isCommitting;
    this.submit.disabled = isCommitting;
    this.submit.textContent = isCommitting ? 'Creating commit…' : 'Commit';
    if (!isCommitting) for (const field of this.form.querySelectorAll('[data-named]')) field.remove();
  }

  private onDrag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.toggleAttribute('data-over', true);
  }

  private async onDrop(event: DragEvent): Promise<void> {
    this.toggleAttribute('data-over', false);
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.add(await droppedFiles(event.dataTransfer));
  }
}

function makeText(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function hidden(name: string, value: string): HTMLInputElement {
  const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
  input.dataset.named = '';
  return input;
}

function percent(sent: number, size: number): number {
  return size === 0 ? 100 : Math.floor((sent / size) * 100);
}

function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const power = Math.min(4, Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

customElements.define('hub-upload', HubUpload);

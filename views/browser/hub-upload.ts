import { droppedFiles, type FoundFile } from './upload-drop.js';
import { makeText, type RowList, UploadRow } from './upload-row.js';

/**
 * `<hub-upload data-there data-max>`: files are sent one by one as soon as they are chosen or dropped, each with its own bar
 * and another try where it fails; the form then names what is on the hub already, and is sent as it would be without this
 * script. `data-there` lists the paths that a file would replace, `data-max` is the most bytes of one.
 */
const atOnce = 2;

class HubUpload extends HTMLElement implements RowList {
  private form!: HTMLFormElement;
  private input!: HTMLInputElement;
  private folder!: HTMLInputElement;
  private submit!: HTMLButtonElement;
  private list!: HTMLUListElement;
  private whole!: HTMLProgressElement;
  private status!: HTMLElement;
  private titleHint!: HTMLElement;
  private there!: ReadonlySet<string>;
  private rows: UploadRow[] = [];
  /** The form was sent off and waits for the last file. */
  private wantsCommit = false;
  private isCommitting = false;

  connectedCallback(): void {
    this.form = this.querySelector('form')!;
    this.input = this.querySelector('input[type=file]')!;
    this.folder = this.querySelector('input[name=folder]')!;
    this.submit = this.querySelector('button[type=submit]')!;
    this.titleHint = this.querySelector('#title-hint')!;
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
    this.status = makeText('p', 'upload-status muted small', '');
    this.status.setAttribute('role', 'status');
    const field = this.input.closest('.field')!;
    field.classList.add('drop-zone');
    field.append(makeText('p', 'field-hint', 'Or drop files and folders here.'));
    field.after(this.list, this.whole, this.status);
    this.nameCommit();
  }

  /** What the page says is on the hub already. */
  private takeStored(): void {
    for (const element of this.querySelectorAll<HTMLElement>('[data-stored]')) {
      const [oid = '', size = '0'] = element.dataset.stored!.split(' ');
      const path = element.dataset.path ?? '';
      const row = this.addRow(new UploadRow(null, path, Number(size), path, this));
      row.isNamed = true;
      row.finish({ oid, size: Number(size) });
    }
    this.querySelector('.stored-files')?.remove();
  }

  private add(found: readonly FoundFile[]): void {
    for (const { file, relative } of found) {
      const path = this.inFolder(relative);
      const same = this.rows.find((row) => row.path.value === path);
      if (same) this.drop(same);
      const row = this.addRow(new UploadRow(file, relative, file.size, path, this));
      if (file.size > Number(this.dataset.max)) row.fail('It is larger than this hub takes.');
      else row.draw();
    }
    this.changed();
    this.pump();
  }

  private addRow(row: UploadRow): UploadRow {
    this.rows.push(row);
    this.list.append(row.element);
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
      row.draw();
    }
    this.nameCommit();
  }

  private pump(): void {
    for (const row of this.rows) {
      if (this.rows.filter((one) => one.isRunning).length >= atOnce) return;
      if (row.state === 'waiting') void row.run(this.form.action).then(() => this.pump());
    }
    this.finish();
  }

  replaces(path: string): boolean {
    return this.there.has(path);
  }

  retryRow(row: UploadRow): void {
    row.state = 'waiting';
    row.draw();
    this.changed();
    row.path.focus();
    this.pump();
  }

  removeRow(row: UploadRow): void {
    this.drop(row);
    this.changed();
    this.input.focus();
    this.pump();
  }

  private drop(row: UploadRow): void {
    row.cancel();
    this.rows = this.rows.filter((one) => one !== row);
    row.element.remove();
  }

  changed(): void {
    const { rows } = this;
    const total = rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const sent = rows.reduce((sum, row) => sum + (row.state === 'hashing' ? 0 : row.sent), 0);
    const left = rows.filter((row) => row.state === 'waiting' || row.isRunning).length;
    const failed = rows.filter(({ state }) => state === 'failed').length;
    this.nameCommit();
    this.list.hidden = rows.length === 0;
    this.whole.hidden = left === 0;
    this.whole.value = total === 0 ? 0 : sent / total;
    const done = rows.length - left - failed;
    const parts = [`${done} of ${rows.length} uploaded`, failed > 0 ? `${failed} failed` : ''];
    this.say(rows.length === 0 ? '' : parts.filter(Boolean).join(', '));
  }

  /** What the button and an empty title come to, of the files that are in the list. */
  private nameCommit(): void {
    const { length, 0: first } = this.rows;
    const files = length === 1 ? '1 file' : `${length} files`;
    this.submit.textContent = this.wantsCommit
      ? `Commits ${files} when all is uploaded…`
      : `Commit ${length > 0 ? files : ''}`.trim();
    if (first)
      this.titleHint.textContent = `One line; without it: “Upload ${length === 1 ? first.path.value : files}”.`;
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
      this.nameCommit();
      this.say('Some files failed: retry or remove them, then commit.');
      failed.element.querySelector<HTMLElement>('button:not([hidden])')?.focus();
      return;
    }
    if (this.rows.some(({ state }) => state !== 'done')) {
      this.nameCommit();
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
    if (isCommitting) this.submit.textContent = 'Creating commit…';
    else this.nameCommit();
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

function hidden(name: string, value: string): HTMLInputElement {
  const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
  input.dataset.named = '';
  return input;
}

customElements.define('hub-upload', HubUpload);

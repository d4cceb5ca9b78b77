import { formatBytes } from '../format.js';
import { makeButton } from './button.js';
import { askStored, type Hashing, hashFile } from './upload-hash.js';
import { type Sending, type Stored, sendFile } from './upload-send.js';

export type State = 'waiting' | 'hashing' | 'checking' | 'sending' | 'done' | 'failed';

/** What a row asks of the list that it stands in. */
export interface RowList {
  /** Whether a file is there that this path would replace. */
  replaces(path: string): boolean;
  changed(): void;
  retryRow(row: UploadRow): void;
  removeRow(row: UploadRow): void;
}

/** Smaller ones are sent sooner than hashed. */
const hashFrom = 1_000_000;
let count = 0;

/** One file of an upload: its path, how far it is, and what it was stored as. */
export class UploadRow {
  readonly element = document.createElement('li');
  readonly path: HTMLInputElement;
  state: State = 'waiting';
  /** Bytes of the step that runs. */
  sent = 0;
  stored: Stored | null = null;
  /** Whether somebody wrote the path; else it follows the folder. */
  isNamed = false;
  private isCancelled = false;
  private wasThere = false;
  private why = '';
  private running: Hashing | Sending | null = null;
  private readonly bar: HTMLProgressElement;
  private readonly label: HTMLElement;
  private readonly again: HTMLButtonElement;

  constructor(
    readonly file: File | null,
    readonly relative: string,
    readonly sizeBytes: number,
    path: string,
    private readonly list: RowList,
  ) {
    count += 1;
    const id = `upload-${count}`;
    const label = makeText('label', 'visually-hidden', `Path of ${relative}`);
    label.setAttribute('for', id);
    this.path = Object.assign(document.createElement('input'), {
      id,
      className: 'input mono',
      value: path,
      maxLength: 4095,
      spellcheck: false,
    });
    this.path.addEventListener('input', () => {
      this.isNamed = true;
      this.draw();
    });
    this.bar = Object.assign(document.createElement('progress'), { className: 'upload-bar', max: 1, value: 0 });
    this.bar.setAttribute('aria-label', relative);
    this.label = makeText('span', 'upload-state small', '');
    this.again = makeButton('Retry', 'link-button small', () => list.retryRow(this));
    this.again.setAttribute('aria-label', `Retry ${relative}`);
    const away = makeButton('Remove', 'link-button small', () => list.removeRow(this));
    away.setAttribute('aria-label', `Remove ${relative}`);
    const line = makeText('div', 'upload-line', '');
    line.append(this.label, this.again, away);
    this.element.append(label, this.path, this.bar, line);
  }

  get isRunning(): boolean {
    return this.state === 'hashing' || this.state === 'checking' || this.state === 'sending';
  }

  /** Takes what the hub has already, else sends the file. Never fails: the row then says why. */
  async run(address: string): Promise<void> {
    const file = this.file!;
    this.to('hashing');
    const known = file.size >= hashFrom ? await this.findStored(address, file) : null;
    if (this.isCancelled) return;
    if (known) {
      this.wasThere = true;
      this.finish(known);
      return;
    }
    this.to('sending');
    const sending = sendFile(address, file, (sent) => this.step(sent));
    this.running = sending;
    try {
      this.finish(await sending.done);
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  finish(stored: Stored): void {
    this.stored = stored;
    this.running = null;
    this.to('done');
  }

  fail(why: string): void {
    this.why = why;
    this.running = null;
    this.to('failed');
  }

  cancel(): void {
    this.isCancelled = true;
    this.running?.cancel();
  }

  private async findStored(address: string, file: File): Promise<Stored | null> {
    const hashing = hashFile(file, (bytes) => this.step(bytes));
    this.running = hashing;
    const oid = await hashing.done;
    if (!oid) return null;
    this.to('checking');
    return askStored(address, oid, file.size);
  }

  private to(state: State): void {
    this.state = state;
    this.sent = state === 'done' ? this.sizeBytes : 0;
    this.draw();
    this.list.changed();
  }

  private step(bytes: number): void {
    this.sent = bytes;
    this.draw();
    this.list.changed();
  }

  draw(): void {
    const { sizeBytes, state, sent } = this;
    const size = formatBytes(sizeBytes);
    const percent = sizeBytes === 0 ? 100 : Math.floor((sent / sizeBytes) * 100);
    const pace = this.running && 'pace' in this.running ? this.running.pace(sizeBytes) : '';
    const texts: Readonly<Record<State, string>> = {
      waiting: `${size} · waiting`,
      hashing: `${size} · hashing, ${percent} %`,
      checking: `${size} · asking whether it is here already`,
      sending: `${percent} % of ${size}${pace}`,
      done: `${size} · ${this.wasThere ? 'already stored' : 'uploaded'}`,
      failed: `Failed: ${this.why}`,
    };
    const replaces = state !== 'failed' && this.list.replaces(this.path.value);
    this.element.dataset.state = state;
    this.label.textContent = texts[state] + (replaces ? ' · will replace the file that is there' : '');
    this.bar.value = state === 'done' ? 1 : sizeBytes === 0 ? 0 : sent / sizeBytes;
    this.bar.hidden = state !== 'sending' && state !== 'hashing';
    this.again.hidden = state !== 'failed' || this.file === null;
  }
}

export function makeText(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

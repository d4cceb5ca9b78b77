import { makeButton } from './button.js';
import { followMetadata } from './card-metadata.js';

/**
 * `<hub-editor data-base>`: keeps a draft of the form inside while it is written (for this tab, by address and commit), asks
 * before the page is left, and lets the tab key write a tab once that is asked for. Without this script the form works.
 */
const keptFields = ['path', 'content', 'title', 'description'];
const waitMs = 400;

type Draft = Readonly<Record<string, string>>;

class HubEditor extends HTMLElement {
  private form!: HTMLFormElement;
  private area!: HTMLTextAreaElement;
  private shown!: Draft;
  private isSent = false;
  private timer = 0;

  connectedCallback(): void {
    this.form = this.querySelector('form')!;
    this.area = this.querySelector('textarea[name=content]')!;
    this.shown = this.values();
    this.offerDraft();
    this.addTabSwitch();
    followMetadata(this.form, this.area);
    this.form.addEventListener('input', () => this.later());
    this.form.addEventListener('submit', () => {
      this.keep();
      this.isSent = true;
    });
    addEventListener('beforeunload', (event) => {
      if (!this.isSent && this.isChanged(this.values())) event.preventDefault();
    });
    // Back from the page that the form led to.
    addEventListener('pageshow', () => {
      this.isSent = false;
    });
  }

  private get key(): string {
    return `draft ${location.pathname} ${this.dataset.base ?? ''}`;
  }

  private values(): Draft {
    const data = new FormData(this.form);
    return Object.fromEntries(keptFields.map((name) => [name, String(data.get(name) ?? '')]));
  }

  private isChanged(values: Draft): boolean {
    return keptFields.some((name) => lines(values[name]) !== lines(this.shown[name]));
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), waitMs);
  }

  private keep(): void {
    const values = this.values();
    try {
      if (this.isChanged(values)) sessionStorage.setItem(this.key, JSON.stringify(values));
      else sessionStorage.removeItem(this.key);
    } catch {
      // A browser may have no room for it, or forbid it.
    }
  }

  private draft(): Draft | null {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? 'null') as Draft | null;
    } catch {
      return null;
    }
  }

  /** What was written here before and neither committed nor shown again. */
  private offerDraft(): void {
    const draft = this.draft();
    if (!draft || !this.isChanged(draft)) return;
    const notice = document.createElement('p');
    notice.className = 'notice notice-info draft';
    notice.setAttribute('role', 'status');
    const text = document.createElement('span');
    text.textContent = 'There is a draft of yours that was not committed.';
    notice.append(
      text,
      makeButton('Restore it', 'button', () => {
        for (const name of keptFields) {
          const field = this.form.elements.namedItem(name);
          if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
            field.value = draft[name] ?? field.value;
        }
        notice.remove();
        this.area.focus();
        this.area.dispatchEvent(new Event('input', { bubbles: true }));
      }),
      makeButton('Discard it', 'button', () => {
        sessionStorage.removeItem(this.key);
        notice.remove();
        this.area.focus();
      }),
    );
    this.prepend(notice);
  }

  /** The tab key moves on unless somebody wants it to write: a keyboard must get out of the text. */
  private addTabSwitch(): void {
    const label = document.createElement('label');
    label.className = 'checkbox editor-tab';
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
    label.append(box, 'The tab key writes a tab');
    this.area.after(label);
    this.area.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab' || !box.checked || event.shiftKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      this.area.setRangeText('\t', this.area.selectionStart, this.area.selectionEnd, 'end');
      this.area.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
}

function lines(text: string | undefined): string {
  return (text ?? '').replace(/\r\n?/g, '\n');
}

customElements.define('hub-editor', HubEditor);

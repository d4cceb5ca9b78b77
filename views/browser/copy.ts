/** `<hub-copy data-text>`: shows its button, which copies the text (without one, the `<pre>` beside it) and says so. */
class HubCopy extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector('button');
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', () => void this.copy());
  }

  private async copy(): Promise<void> {
    const status = this.querySelector('[role=status]');
    try {
      await navigator.clipboard.writeText(
        this.dataset.text ?? this.parentElement?.querySelector('pre')?.textContent ?? '',
      );
      this.dataset.copied = '';
      if (status) status.textContent = 'Copied';
    } catch {
      if (status) status.textContent = 'Copying failed';
    }
    setTimeout(() => {
      delete this.dataset.copied;
      if (status) status.textContent = '';
    }, 1500);
  }
}

customElements.define('hub-copy', HubCopy);

const button = document.querySelector<HTMLTemplateElement>('template[data-copy-code]');
if (button) {
  for (const block of document.querySelectorAll('.prose .code-block')) block.append(button.content.cloneNode(true));
}

export {};

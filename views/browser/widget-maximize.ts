/** The widget in a dialog of its own; Escape or the button puts it back with all it holds, and the focus on the button. */
export function maximize(widget: HTMLElement, section: HTMLElement): void {
  const open = widget.querySelector('dialog');
  if (open) return open.close();
  const dialog = document.createElement('dialog');
  dialog.className = 'widget-dialog';
  dialog.setAttribute('aria-labelledby', 'widget-title');
  widget.append(dialog);
  dialog.append(section);
  const button = section.querySelector<HTMLElement>('[data-maximize]')!;
  button.ariaLabel = button.title = 'Close';
  dialog.addEventListener('close', () => {
    dialog.replaceWith(section);
    button.ariaLabel = button.title = 'Maximize';
    button.focus();
  });
  dialog.showModal();
}

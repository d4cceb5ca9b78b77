/** Makes more of the form's plain fields, each with its own module, fetched only where there is such a field. */
export async function upgradeFields(section: HTMLElement, form: HTMLFormElement): Promise<void> {
  const task = section.dataset.task ?? '';
  for (const field of form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>('[data-as]')) {
    if (field.readOnly) continue;
    if (field.dataset.as === 'table' && field instanceof HTMLTextAreaElement) {
      const { editTable } = await import('./widget-table.js');
      // The columns of a model that predicts are the model's.
      editTable(field, { fixed: task.startsWith('tabular-') && field.value !== '' });
    } else if (field.dataset.as === 'lines' && field instanceof HTMLTextAreaElement) {
      const { editLines } = await import('./widget-lists.js');
      editLines(field, task === 'sentence-similarity' ? 2 : 1, task === 'sentence-similarity' ? 5 : 20);
    } else if (field instanceof HTMLInputElement) {
      const { showChips } = await import('./widget-lists.js');
      showChips(field);
    }
  }
  const file = form.querySelector<HTMLInputElement>('[type=file]');
  const preview = form.querySelector<HTMLElement>('[data-preview]');
  if (!file || !preview) return;
  const { takeFile } = await import('./widget-file.js');
  takeFile(file, section, preview);
}

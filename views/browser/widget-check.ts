type Typed = HTMLInputElement | HTMLTextAreaElement;

/** Says at a field what it lacks, before anything is sent. @returns whether all is there */
export function checkFields(form: HTMLFormElement): boolean {
  const mask = form.querySelector<HTMLElement>('[data-insert]')?.dataset.insert;
  for (const field of form.querySelectorAll<Typed>('textarea[required], .input[required]'))
    field.setCustomValidity(problemOf(field, mask));
  return form.reportValidity();
}

/** A message stays until it is taken away, and would keep the form from being sent. */
export function forgetProblems(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<Typed>('textarea, .input')) field.setCustomValidity('');
}

function problemOf({ value, dataset, localName }: Typed, mask: string | undefined): string {
  if (value.trim() === '') return 'Write something here.';
  if (dataset.as === 'commas' && !/[^\s,]/.test(value)) return 'Name a label at least.';
  return mask && localName === 'textarea' && !value.includes(mask) ? `Put ${mask} where a word is wanted.` : '';
}

import { mediumOf } from './widget-medium.js';

const largest = 10 * 1_048_576;

/** A file to choose, to drop or to paste, with what it looks or sounds like below; sounds can be recorded. */
export function takeFile(input: HTMLInputElement, section: HTMLElement, preview: HTMLElement): void {
  const isSound = input.accept.startsWith('audio');
  let address: string | null = null;
  const show = (): void => {
    const file = input.files?.[0] ?? null;
    const isTooLarge = file !== null && file.size > largest;
    input.setCustomValidity(isTooLarge ? 'The file has more than 10 MiB.' : '');
    if (isTooLarge) input.reportValidity();
    if (address) URL.revokeObjectURL(address);
    address = file ? URL.createObjectURL(file) : null;
    if (address) preview.replaceChildren(mediumOf(isSound, address, file!.name));
  };
  const take = (files: FileList | undefined | null): boolean => {
    const wanted = [...(files ?? [])].find(({ type }) => type.startsWith(isSound ? 'audio/' : 'image/'));
    if (!wanted) return false;
    give(input, wanted);
    return true;
  };
  input.addEventListener('change', show);
  const zone = input.closest<HTMLElement>('.field')!;
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('drop-here');
  });
  for (const end of ['dragleave', 'drop']) zone.addEventListener(end, () => zone.classList.remove('drop-here'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  section.addEventListener('paste', (event) => {
    if (take(event.clipboardData?.files)) event.preventDefault();
  });
  if (isSound)
    void import('./widget-record.js').then(({ offerRecorder }) => offerRecorder(input, (file) => give(input, file)));
}

/** Puts a file into the field, as if somebody had chosen it. */
function give(input: HTMLInputElement, file: File): void {
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

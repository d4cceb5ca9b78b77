import { makeButton } from './button.js';
/** Labels between commas, also as chips that can be taken away one by one; the text stays what the form sends. */
export function showChips(input: HTMLInputElement): void {
  const chips = document.createElement('ul');
  chips.className = 'chips';
  chips.setAttribute('aria-label', 'Labels');
  const labels = (): string[] =>
    input.value
      .split(',')
      .map((label) => label.trim())
      .filter(Boolean);
  const draw = (): void => {
    chips.hidden = labels().length === 0;
    chips.replaceChildren(
      ...labels().map((label, place) => {
        const chip = document.createElement('li');
        chip.className = 'chip';
        chip.dir = 'auto';
        const button = makeButton('×', '', () => {
          input.value = labels()
            .filter((_, other) => other !== place)
            .join(', ');
          input.dispatchEvent(new Event('input', { bubbles: true }));
          input.focus();
        });
        button.setAttribute('aria-label', `Remove ${label}`);
        chip.append(label, button);
        return chip;
      }),
    );
  };
  input.addEventListener('input', draw);
  input.addEventListener('widget-fill', draw);
  input.after(chips);
  draw();
}

/** Sentences, one a line, as a field each; the text stays what the form sends. */
export function editLines(area: HTMLTextAreaElement, least: number, most: number): void {
  const list = document.createElement('ol');
  list.className = 'lines';
  const values = (): string[] => [...list.querySelectorAll('input')].map(({ value }) => value);
  const write = (): void => {
    area.value = values()
      .filter((value) => value.trim() !== '')
      .join('\n');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const add = makeButton('Add a sentence', 'link-button', () => {
    draw([...values(), '']);
    list.querySelector<HTMLInputElement>('li:last-child input')?.focus();
  });
  const draw = (lines: readonly string[]): void => {
    const shown = [...lines, ...Array<string>(Math.max(0, least - lines.length)).fill('')];
    add.hidden = shown.length >= most;
    list.replaceChildren(
      ...shown.map((line, place) => {
        const item = document.createElement('li');
        const input = document.createElement('input');
        input.className = 'cell';
        input.value = line;
        input.dir = 'auto';
        input.autocomplete = 'off';
        input.setAttribute('aria-label', `Sentence ${place + 1}`);
        item.append(input);
        if (shown.length > least) {
          const remove = makeButton('×', 'link-button', () => {
            draw(values().filter((_, other) => other !== place));
            write();
            list.querySelectorAll('input')[Math.max(0, place - 1)]?.focus();
          });
          remove.setAttribute('aria-label', `Remove sentence ${place + 1}`);
          item.append(remove);
        }
        return item;
      }),
    );
  };
  list.addEventListener('input', (event) => {
    event.stopPropagation();
    write();
  });
  const read = (): void => draw(area.value.split('\n').filter((line) => line.trim() !== ''));
  area.addEventListener('widget-fill', read);
  read();
  area.hidden = true;
  area.required = false;
  area.after(list, add);
  const label = area.closest('.field')?.querySelector('label');
  if (!label) return;
  const title = document.createElement('span');
  title.className = 'field-label';
  title.id = `${area.id}-label`;
  title.textContent = (label.textContent ?? '').replace(/, one a line$/, '');
  label.replaceWith(title);
  list.setAttribute('aria-labelledby', title.id);
}

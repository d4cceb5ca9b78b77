import { makeButton } from './button.js';
/**
 * A table's text, lines of cells between commas, as cells to type into. The text stays what the form sends; it is read again
 * when something else fills it in (`widget-fill`). A text that is JSON is left alone.
 */
export function editTable(area: HTMLTextAreaElement, { fixed }: { readonly fixed: boolean }): void {
  const first = area.value;
  if (/^\s*[[{]/.test(first)) return;
  const editor = document.createElement('div');
  editor.className = 'table-editor';
  const table = document.createElement('table');
  table.className = 'cells';
  const scroll = document.createElement('div');
  scroll.className = 'cells-scroll';
  scroll.append(table);
  const buttons = document.createElement('p');
  buttons.className = 'button-row';
  editor.append(scroll, buttons);

  const cells = (): HTMLInputElement[][] =>
    [...table.rows].map((row) => [...row.querySelectorAll<HTMLInputElement>('input')]);
  const write = (): void => {
    area.value = cells()
      .map((row) => row.map(({ value }) => quoted(value)).join(','))
      .join('\n');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const draw = (rows: readonly (readonly string[])[]): void => {
    const width = Math.max(1, ...rows.map((row) => row.length));
    const [names = [], ...rest] = rows.length > 0 ? rows : [['']];
    table.replaceChildren();
    const head = table.createTHead().insertRow();
    for (let column = 0; column < width; column += 1)
      head.append(cellOf('th', names[column] ?? '', `Name of column ${column + 1}`, fixed));
    const body = table.createTBody();
    for (const [place, row] of (rest.length > 0 ? rest : [[]]).entries()) {
      const line = body.insertRow();
      for (let column = 0; column < width; column += 1)
        line.append(cellOf('td', row[column] ?? '', `${names[column] || `Column ${column + 1}`}, row ${place + 1}`));
    }
  };
  const values = (): string[][] => cells().map((row) => row.map(({ value }) => value));
  const button = (label: string, act: () => void): void => {
    const onClick = (): void => {
      act();
      write();
    };
    buttons.append(makeButton(label, 'link-button', onClick));
  };
  button('Add row', () => draw([...values(), []]));
  if (!fixed) button('Add column', () => draw(values().map((row) => [...row, ''])));
  button('Reset', () => draw(linesOf(area.dataset.first ?? first)));

  table.addEventListener('input', (event) => {
    event.stopPropagation();
    write();
  });
  table.addEventListener('keydown', (event) => move(event, cells()));
  table.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const at = placeOf(event.target, cells());
    if (!at) return;
    const lines = text
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
    draw(pasted(values(), lines, at, fixed));
    write();
  });
  area.addEventListener('widget-fill', () => {
    area.dataset.first = area.value;
    draw(linesOf(area.value));
  });

  draw(linesOf(first));
  area.hidden = true;
  area.required = false;
  area.after(editor);
  area.closest('.field')?.querySelector('[data-plain-table]')?.setAttribute('hidden', '');
  const label = area.closest('.field')?.querySelector('label');
  if (label) {
    const group = document.createElement('span');
    group.className = 'field-label';
    group.id = `${area.id}-label`;
    group.textContent = label.textContent;
    label.replaceWith(group);
    editor.setAttribute('role', 'group');
    editor.setAttribute('aria-labelledby', group.id);
  }
}

/** The table as addresses have it: JSON, columns by their names, in their order. */
export function tableJson(text: string): string {
  if (/^\s*[[{]/.test(text)) return text;
  const [names = [], ...rows] = linesOf(text);
  const columns = names.map(
    (name, column) => `${JSON.stringify(name)}:${JSON.stringify(rows.map((row) => row[column] ?? ''))}`,
  );
  return `{${columns.join(',')}}`;
}

/** Lines of cells between commas (tabs or semicolons where the first line has no comma); quotes as CSV has them. */
export function linesOf(text: string): string[][] {
  const head = text.split('\n', 1)[0]!;
  const mark = [',', '\t', ';'].find((one) => head.includes(one)) ?? ',';
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === mark || sign === '\n') {
      rows.at(-1)!.push(cell.trim());
      cell = '';
      if (sign === '\n') rows.push([]);
    } else cell += sign;
  }
  rows.at(-1)!.push(cell.trim());
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}

function quoted(cell: string): string {
  return /[",;\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function cellOf(kind: 'td' | 'th', value: string, label: string, isFixed = false): HTMLTableCellElement {
  const cell = document.createElement(kind) as HTMLTableCellElement;
  if (kind === 'th') cell.scope = 'col';
  const input = document.createElement('input');
  input.className = 'cell';
  input.value = value;
  input.dir = 'auto';
  input.autocomplete = 'off';
  input.readOnly = isFixed;
  input.setAttribute('aria-label', label);
  input.size = Math.min(24, Math.max(6, value.length));
  cell.append(input);
  return cell;
}

interface Place {
  readonly row: number;
  readonly column: number;
}

function placeOf(target: EventTarget | null, cells: readonly (readonly HTMLInputElement[])[]): Place | null {
  for (const [row, line] of cells.entries()) {
    const column = target instanceof HTMLInputElement ? line.indexOf(target) : -1;
    if (column >= 0) return { row, column };
  }
  return null;
}

/** Arrows go from cell to cell; left and right only from the end of what is in one. */
function move(event: KeyboardEvent, cells: readonly (readonly HTMLInputElement[])[]): void {
  const at = placeOf(event.target, cells);
  if (!at || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const input = event.target as HTMLInputElement;
  const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
  const isAtEnd = input.selectionStart === input.value.length;
  const steps: Readonly<Record<string, readonly [down: number, right: number, isFree: boolean]>> = {
    ArrowUp: [-1, 0, true],
    ArrowDown: [1, 0, true],
    ArrowLeft: [0, -1, isAtStart],
    ArrowRight: [0, 1, isAtEnd],
  };
  const [down, right, isFree] = steps[event.key] ?? [0, 0, false];
  const next = isFree ? cells[at.row + down]?.[at.column + right] : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
}

function pasted(
  table: readonly (readonly string[])[],
  lines: readonly (readonly string[])[],
  { row, column }: Place,
  isFixed: boolean,
): string[][] {
  const grown = table.map((line) => [...line]);
  const width = isFixed ? (grown[0]?.length ?? 0) : Number.POSITIVE_INFINITY;
  for (const [down, cells] of lines.entries()) {
    grown[row + down] ??= [];
    const line = grown[row + down]!;
    for (const [right, cell] of cells.entries()) if (column + right < width) line[column + right] = cell.trim();
  }
  return grown.map((line) => Array.from(line, (cell) => cell ?? ''));
}

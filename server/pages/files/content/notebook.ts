import { dataImage, type SafeUrl } from '../../../../views/safe.js';

/** A Jupyter notebook as it was saved: nothing of it runs. */
export interface Notebook {
  /** `python`; '' when the file does not say. */
  readonly language: string;
  readonly cells: readonly Cell[];
  /** Cells that are not shown. */
  readonly left: number;
}

export interface Cell {
  readonly kind: 'markdown' | 'code' | 'raw';
  readonly source: string;
  /** `In [3]` */
  readonly count: number | null;
  readonly outputs: readonly CellOutput[];
  /** Pictures that its Markdown shows, by name. */
  readonly attachments: ReadonlyMap<string, SafeUrl>;
}

export type CellOutput =
  | PlainOutput
  | { readonly kind: 'image'; readonly src: SafeUrl }
  /** Markdown, or HTML that goes the way of HTML in Markdown: unsafe until rendered. `plain` stands in where nothing is left of it. */
  | { readonly kind: 'rich'; readonly markdown: string; readonly plain: PlainOutput };

export type PlainOutput =
  | { readonly kind: 'text'; readonly text: string; readonly isError: boolean }
  /** Something that only a browser that runs it could show. */
  | { readonly kind: 'other'; readonly types: string };

const maxCells = 300;
const maxOutputs = 20;
const maxSource = 20_000;
const maxOutput = 10_000;
const maxImages = 4_000_000;
const maxRich = 40_000;

/** Reads nbformat 3 and 4 (the "notebook format" pages of nbformat). @returns null for anything else */
export function readNotebook(text: string): Notebook | null {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const cells = list(field(file, 'cells') ?? field(list(field(file, 'worksheets'))[0], 'cells'));
  if (cells.length === 0) return null;
  const budget = { images: maxImages };
  const metadata = field(file, 'metadata');
  const language = field(field(metadata, 'language_info'), 'name') ?? field(field(metadata, 'kernelspec'), 'language');
  return {
    language: typeof language === 'string' && /^[\w+#-]{1,30}$/.test(language) ? language.toLowerCase() : '',
    cells: cells.slice(0, maxCells).map((cell) => readCell(cell, budget)),
    left: Math.max(0, cells.length - maxCells),
  };
}

interface Budget {
  images: number;
}

function readCell(cell: unknown, budget: Budget): Cell {
  const type = field(cell, 'cell_type');
  const count = field(cell, 'execution_count') ?? field(cell, 'prompt_number');
  return {
    kind: type === 'markdown' || type === 'code' ? type : 'raw',
    source: clipped(textOf(field(cell, 'source') ?? field(cell, 'input')), maxSource),
    count: typeof count === 'number' ? count : null,
    outputs: list(field(cell, 'outputs'))
      .slice(0, maxOutputs)
      .flatMap((output) => readOutput(output, budget) ?? []),
    attachments: attachmentsOf(field(cell, 'attachments'), budget),
  };
}

function attachmentsOf(attachments: unknown, budget: Budget): Cell['attachments'] {
  if (typeof attachments !== 'object' || attachments === null) return new Map();
  const pictures = Object.entries(attachments).flatMap(([name, data]) => {
    const picture = imageOf(data, budget);
    return picture?.kind === 'image' ? [[name, picture.src] as const] : [];
  });
  return new Map(pictures);
}

/** Of the forms that an output is saved in: a picture, else what the card renderer takes, else plain text. */
function readOutput(output: unknown, budget: Budget): CellOutput | null {
  const type = field(output, 'output_type');
  if (type === 'stream') return plain(textOf(field(output, 'text')), field(output, 'name') === 'stderr');
  if (type === 'error' || type === 'pyerr') return plain(errorOf(output), true);
  const data = field(output, 'data') ?? output;
  const image = imageOf(data, budget);
  if (image) return image;
  const text = plainOf(data);
  const markdown = richOf(data);
  if (markdown === null) return text;
  return { kind: 'rich', markdown, plain: text ?? { kind: 'other', types: typesOf(data) } };
}

function errorOf(output: unknown): string {
  const traceback = list(field(output, 'traceback')).map(textOf).join('\n');
  return traceback || [field(output, 'ename'), field(output, 'evalue')].map(textOf).filter(Boolean).join(': ');
}

function plainOf(data: unknown): PlainOutput | null {
  const text = field(data, 'text/plain') ?? field(data, 'text');
  if (text !== undefined) return plain(textOf(text), false);
  const json = field(data, 'application/json');
  if (json !== undefined) return plain(JSON.stringify(json, null, 2), false);
  const types = typesOf(data);
  return types ? { kind: 'other', types } : null;
}

function typesOf(data: unknown): string {
  const keys = Object.keys(typeof data === 'object' && data !== null ? data : {});
  return clipped(keys.filter((key) => key.includes('/')).join(', '), 200);
}

function richOf(data: unknown): string | null {
  const html = textOf(field(data, 'text/html') ?? field(data, 'html'));
  const latex = textOf(field(data, 'text/latex') ?? field(data, 'latex'));
  const markdown = html
    ? asHtmlBlock(html)
    : textOf(field(data, 'text/markdown')) || (latex && `$$\n${latex.trim().replace(/^\$+|\$+$/g, '')}\n$$`);
  return markdown && markdown.length <= maxRich ? markdown : null;
}

/** An empty line would end HTML in Markdown, and what is indented behind it were code. */
function asHtmlBlock(html: string): string {
  const lines = html.split('\n').map((line) => line.trim());
  return `<div>\n${lines.filter(Boolean).join('\n')}\n</div>`;
}

const pictureTypes = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg+xml',
} as const;

function imageOf(data: unknown, budget: Budget): CellOutput | null {
  for (const [key, type] of Object.entries(pictureTypes)) {
    const value = field(data, key) ?? field(data, type === 'svg+xml' ? 'svg' : type);
    if (value === undefined) continue;
    const base64 = type === 'svg+xml' ? drawingOf(textOf(value)) : textOf(value).replace(/\s/g, '');
    const src = base64.length <= budget.images ? dataImage(type, base64) : null;
    if (!src) return { kind: 'other', types: key };
    budget.images -= base64.length;
    return { kind: 'image', src };
  }
  return null;
}

/** A drawing as a picture of its own: in `<img>` it runs nothing and loads nothing. */
function drawingOf(svg: string): string {
  return Buffer.from(svg).toString('base64');
}

/** Colours of a terminal (ECMA-48, "CSI … m") are left out, and of a line that was written over, what is under it. */
function plain(text: string, isError: boolean): PlainOutput | null {
  const shown = text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/\r\n/g, '\n')
    .replace(/^.*\r(?=[^\n])/gm, '')
    .replace(/\n$/, '');
  return shown === '' ? null : { kind: 'text', text: clipped(shown, maxOutput), isError };
}

/** A text, or its lines in a list. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}\n…` : text;
}

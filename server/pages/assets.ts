import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import { projectRoot } from '../../config/projectRoot.js';
import type { AssetUrls } from '../../views/chrome.js';
import { usedIcons } from '../../views/icons.js';
import { rangeOf } from '../storage/conditions.js';

/*
 * Style sheet, icons, browser modules, KaTeX's fonts and the files of examples are read once, held in memory and served under addresses that
 * carry a hash of their content, so that browsers keep them for ever. The style sheet is the files of
 * views/assets in the order of their names (cascade layers make the order within a layer harmless).
 */

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** null where it would not be smaller. Made at the first call: most starts are not waited for by a browser. */
  readonly gzip: () => Buffer | null;
}

export interface ExampleFile {
  readonly address: string;
  readonly body: Buffer;
}

export interface Assets {
  readonly urls: AssetUrls;
  /** Pictures and sounds of widgets' examples (config/widget-files), by their names. */
  readonly examples: ReadonlyMap<string, ExampleFile>;
  readonly handler: RequestHandler;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
};

const require = createRequire(import.meta.url);
const forever = 'public, max-age=31536000, immutable';
const styles = path.join(projectRoot, 'views', 'assets');
const modules = path.join(projectRoot, 'dist', 'browser');
const examples = path.join(projectRoot, 'config', 'widget-files');

let loaded: Assets | undefined;

/** The assets of this build, read at the first call. */
export function assets(): Assets {
  loaded ??= loadAssets();
  return loaded;
}

function loadAssets(): Assets {
  const files = new Map<string, Asset>();
  const add = (name: string, body: Buffer): string => {
    const { dir, name: stem, ext } = path.posix.parse(name);
    const address = path.posix.join('/assets', dir, `${stem}.${digest(body)}${ext}`);
    files.set(address, asset(ext, body));
    return address;
  };
  const icons = add('icons.svg', Buffer.from(iconSprite()));
  const css = add('hub.css', Buffer.from(styleSheet()));
  const favicon = add('favicon.svg', readFileSync(path.join(styles, 'favicon.svg')));
  const socialImage = add('social.png', readFileSync(path.join(styles, 'social.png')));
  const exampleFiles = listFiles(examples)
    .filter((name) => /\.(png|wav)$/.test(name))
    .map((name) => {
      const body = readFileSync(path.join(examples, name));
      return [name, { address: add(`examples/${name}`, body), body }] as const;
    });
  const moduleFolder = addFolder(files, 'browser', modules, /\.js$/);
  const katexFolder = addFolder(
    files,
    'katex',
    path.dirname(require.resolve('katex/dist/katex.min.css')),
    /^katex\.min\.css$|\.woff2$/,
  );
  return {
    urls: {
      css,
      icons,
      favicon,
      socialImage,
      katexCss: `${katexFolder}/katex.min.css`,
      module: (name) => `${moduleFolder}/${name}.js`,
    },
    examples: new Map(exampleFiles),
    handler: serve(files),
  };
}

/** Files that name each other by relative paths share one folder with one hash. */
function addFolder(files: Map<string, Asset>, name: string, folder: string, wanted: RegExp): string {
  const found = listFiles(folder).filter((file) => wanted.test(path.posix.basename(file)));
  const bodies = found.map((file) => readFileSync(path.join(folder, file)));
  const address = `/assets/${name}/${digest(Buffer.concat(bodies))}`;
  for (const [i, file] of found.entries()) files.set(`${address}/${file}`, asset(path.extname(file), bodies[i]!));
  return address;
}

/** Missing in a checkout that was not built yet: pages then work as without JavaScript. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function asset(extension: string, body: Buffer): Asset {
  const type = contentTypes[extension] ?? 'application/octet-stream';
  const isText = /^\.(css|js|svg)$/.test(extension);
  let zipped: Buffer | null | undefined;
  return { type, body, gzip: () => (zipped ??= isText ? smaller(gzipSync(body, { level: 9 }), body) : null) };
}

function smaller(zipped: Buffer, body: Buffer): Buffer | null {
  return zipped.length < body.length ? zipped : null;
}

function digest(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 12);
}

export function styleSheet(): string {
  return (
    readdirSync(styles)
      .filter((file) => file.endsWith('.css'))
      .sort()
      .map((file) => readFileSync(path.join(styles, file), 'utf8'))
      .map(withoutLayout)
      .join('\n')
      // Files that follow each other in one layer are one block of it.
      .replace(/(?<=^@layer components\{.*)\}\n?@layer components\{/gm, '')
      .replace(/(?<![\w-])--[a-z][\w-]*/g, shortNames())
  );
}

/** Names that are written elsewhere: KaTeX is told the colour of what it cannot read. */
const namedElsewhere = new Set(['--danger']);

const signs = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A twentieth of the style sheet is names of custom properties: their case counts, so most are one sign. */
function shortNames(): (name: string) => string {
  const names = new Map<string, string>();
  return (name) => {
    if (namedElsewhere.has(name)) return name;
    const known = names.get(name);
    if (known) return known;
    const [rounds, sign] = [Math.floor(names.size / signs.length), signs[names.size % signs.length]!];
    const short = `--${rounds || ''}${sign}`;
    names.set(name, short);
    return short;
  };
}

/**
 * Comments, indentation and the spaces that the formatter sets are for people who read the source. Strings in our style sheets
 * hold none of them.
 */
function withoutLayout(css: string): string {
  return (
    css
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s*\n\s*/g, '\n')
      .replace(/^([\w-]+): (?=.*;$)/gm, '$1:')
      .replace(/ \{$/gm, '{')
      .replace(/, /g, ',')
      .replace(/ \/ /g, '/')
      .replace(/ \* (?=[\d(-]|var)/g, '*')
      .replace(/@media \(/g, '@media(')
      .replace(/;\n\}/g, '}')
      .replace(/(?<=[{},;])\n/g, '')
      .replace(/ > /g, '>')
      // Between selectors; a sum needs its spaces.
      .replace(/ \+ (?=[*:[]|\.[a-z])/g, '+')
      .replace(/(?<=\([\w-]+:) /g, '')
      .replace(/(?<![\w.])0\.(?=\d)/g, '.')
      .trim()
  );
}

/** One `<symbol>` an icon, from lucide's files. Stroke and fill come from the `.icon` that uses it. */
export function iconSprite(): string {
  const folder = path.dirname(require.resolve('lucide-static/icons/tag.svg'));
  const symbols = usedIcons.map((name) => {
    const shapes = readFileSync(path.join(folder, `${name}.svg`), 'utf8').replace(
      /^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g,
      '',
    );
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, ' ').trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Icons: lucide, ISC licence -->${symbols.join('')}</svg>`;
}

function serve(files: ReadonlyMap<string, Asset>): RequestHandler {
  return (request, response, next) => {
    const found = files.get(request.path);
    if (!found || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    const zipped = request.acceptsEncodings('gzip') === 'gzip' ? found.gzip() : null;
    response.set({
      'Content-Type': found.type,
      'Cache-Control': forever,
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    });
    if (zipped) response.set('Content-Encoding', 'gzip');
    // Browsers of Apple play no sound of which they cannot ask for a part.
    const range = found.type.startsWith('audio/') ? rangeOf(request, response, found.body.length, request.path) : null;
    if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${found.body.length}`);
    response.send(range ? found.body.subarray(range.start, range.end + 1) : (zipped ?? found.body));
  };
}

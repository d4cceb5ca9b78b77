import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject } from '../../../config/jsonObject.js';
import { nearest } from '../../../config/nearest.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { languageName } from '../../../config/vocabulary/languages.js';
import { exampleProblem } from '../../../indexer/tags/widgetExamples.js';
import { widgetFields, withMask } from '../../../views/widgets/inputs.js';
import type { Services } from '../../services.js';

/** An example as a data file gives it: the fields that a card's `widget:` has. */
export type InputExample = Readonly<Record<string, unknown>>;

type Examples = Readonly<Record<string, readonly InputExample[]>>;

interface ReadFile {
  readonly examples: Examples;
  readonly problems: readonly string[];
}

const maxFileBytes = 1_048_576;
const nothing: ReadFile = { examples: {}, problems: [] };

/**
 * Examples for models whose card gives none: one JSON file a language, `{task: [example]}`. A file in the data folder's
 * `widget-inputs/` goes before the one of the same name that comes with the hub, task by task. Files are read again when
 * they change. What is wrong with a file or an example is logged with its place, and the rest serves.
 */
export class WidgetInputs {
  readonly #folders: readonly string[];
  readonly #warn: (message: string) => void;
  readonly #read = new Map<string, ReadFile & { readonly stamp: string }>();

  /** @param folders earlier ones win */
  constructor(folders: readonly string[], warn: (message: string) => void) {
    this.#folders = folders;
    this.#warn = warn;
  }

  /**
   * Examples of the first language that has any for this task, in the card's order; a card without a language, and
   * `multilingual`, mean English. Empty when there are none: a Finnish model is better asked nothing than in English.
   */
  examples(languages: readonly string[], task: string): readonly InputExample[] {
    for (const language of languages.length > 0 ? languages : ['en']) {
      const code = fileCode(language);
      for (const folder of code ? this.#folders : []) {
        const found = this.#file(path.join(folder, `${code}.json`)).examples[task];
        if (found && found.length > 0) return found;
      }
    }
    return [];
  }

  /** Reads every file there is, so that the log says early what is wrong. @returns one sentence for each such thing */
  check(): readonly string[] {
    return this.#folders.flatMap((folder) =>
      filesOf(folder).flatMap((name) => {
        const file = path.join(folder, name);
        const misnamed = nameProblem(file);
        if (!misnamed) return this.#file(file).problems;
        this.#warn(misnamed);
        return [misnamed];
      }),
    );
  }

  #file(file: string): ReadFile {
    const stamp = stampOf(file);
    if (stamp === null) return nothing;
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known;
    const read = { stamp, ...readInputs(file) };
    for (const problem of read.problems) this.#warn(problem);
    this.#read.set(file, read);
    return read;
  }
}

const bundled = path.join(projectRoot, 'config', 'widget-inputs');
const opened = new WeakMap<object, WidgetInputs>();

/** The files of this hub, with those of its data folder. */
export function widgetInputsOf(services: Pick<Services, 'data' | 'log'>): WidgetInputs {
  const known = opened.get(services.data);
  if (known) return known;
  const inputs = new WidgetInputs([services.data.widgetInputs, bundled], (message) => services.log.warn(message));
  opened.set(services.data, inputs);
  return inputs;
}

/** The shortest code: `pt-BR` and `por` are `pt`, `iw` is `he`; null for what is no language. */
function fileCode(language: string): string | null {
  const code = language.toLowerCase().split(/[-_]/)[0]!;
  if (code === 'multilingual') return 'en';
  if (!/^[a-z]{2,3}$/.test(code) || !languageName(code)) return null;
  return Intl.getCanonicalLocales(code)[0]!.split('-')[0]!;
}

function nameProblem(file: string): string | null {
  const code = path.basename(file, '.json');
  const right = fileCode(code);
  if (right === code) return null;
  return right
    ? `${file}: is not read, since the code of ${languageName(code)} is "${right}"; name the file ${right}.json`
    : `${file}: is not read; its name must be a language code, such as da.json`;
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}

function stampOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? `${found.mtimeMs} ${found.size}` : null;
}

/** @returns the good examples of a file, and a sentence for each thing that is wrong in it */
export function readInputs(file: string): ReadFile {
  let content: unknown;
  try {
    const bytes = readFileSync(file);
    if (bytes.length > maxFileBytes)
      return { examples: {}, problems: [`${file}: has ${bytes.length} bytes; at most ${maxFileBytes} are read`] };
    content = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    return { examples: {}, problems: [`${file}: cannot be read as JSON: ${(error as Error).message}`] };
  }
  if (!isJsonObject(content))
    return { examples: {}, problems: [`${file}: must hold an object of tasks, {"text-classification": […]}`] };
  const problems: string[] = [];
  const examples: Record<string, InputExample[]> = {};
  for (const [task, list] of Object.entries(content)) {
    const wrong = taskProblem(task, list);
    if (wrong) problems.push(`${file}: ${wrong}`);
    else {
      const checked = (list as unknown[]).map((example) => ({ example, reason: inputProblem(example, task) }));
      examples[task] = checked.flatMap(({ example, reason }) => (reason ? [] : [example as InputExample]));
      for (const [index, { reason }] of checked.entries())
        if (reason) problems.push(`${file}: "${task}", example ${index + 1} ${reason}`);
    }
  }
  return { examples, problems };
}

function taskProblem(task: string, list: unknown): string | null {
  if (!Object.hasOwn(widgetFields, task)) {
    const close = nearest(task, Object.keys(widgetFields));
    return `"${task}" is no task with a widget${close ? `; did you mean "${close}"?` : ''}`;
  }
  return Array.isArray(list) ? null : `"${task}" must be a list of examples`;
}

function inputProblem(example: unknown, task: string): string | null {
  const problem = exampleProblem(example, task);
  if (problem || task !== 'fill-mask') return problem;
  const { text } = example as { text: string };
  return withMask(text, '\u0000') === text ? 'has no <mask> in its text' : null;
}

/** What `task_specific_params` of config.json says of a task. */
export interface TaskParameters {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Is put before every input. */
  readonly prefix: string;
}

/** The pair of languages that a translation is about, where it is known. */
export interface Languages {
  readonly from: string | null;
  readonly to: string | null;
}

const nothing: TaskParameters = { settings: {}, prefix: '' };

/**
 * The parameters of `task`: those of the exact key; for a translation those of its pair of languages, else of the first
 * `translation_…` in the file.
 */
export function taskParametersOf(specific: unknown, task: string, languages: Languages): TaskParameters {
  if (!isObject(specific)) return nothing;
  const key = keyOf(Object.keys(specific), task, languages);
  const found = key === null ? null : specific[key];
  if (!isObject(found)) return nothing;
  const { prefix, ...settings } = found;
  return { settings, prefix: typeof prefix === 'string' ? prefix : '' };
}

const pair = /^translation_(.+)_to_(.+)$/;

/**
 * The languages of a translation: those that are asked for, else those in the name of the task, else, where none is asked
 * for, those in the key of task_specific_params that holds for it.
 */
export function languagesOf(specific: unknown, task: string, asked: Languages): Languages {
  const none = asked.from === null && asked.to === null;
  const key = none && isObject(specific) ? keyOf(Object.keys(specific), task, asked) : null;
  const [, from = null, to = null] = pair.exec(task) ?? pair.exec(key ?? '') ?? [];
  return { from: asked.from ?? from, to: asked.to ?? to };
}

function keyOf(keys: readonly string[], task: string, { from, to }: Languages): string | null {
  if (keys.includes(task)) return task;
  if (task !== 'translation') return null;
  const pairs = keys.filter((key) => key.startsWith('translation_'));
  const isAsked = (key: string) => {
    const [, source, target] = pair.exec(key) ?? [];
    return (from === null || source === from) && (to === null || target === to);
  };
  return pairs.find(isAsked) ?? pairs[0] ?? null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

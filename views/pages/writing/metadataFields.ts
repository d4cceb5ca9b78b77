import type { RepoKind } from '../../../config/repo.js';
import { widgetFields } from '../../widgets/inputs.js';

/** What the form holds, by name: the key of a field, or `widget.N.name` of an example. In a posted form each begins with `meta.`. */
export type FieldValues = Readonly<Record<string, string>>;

export interface MetadataField {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** 'either' is a list that one value stands for. */
  readonly type: 'text' | 'list' | 'either' | 'switch';
  /** Known values, which the browser offers. */
  readonly known?: 'licenses' | 'libraries' | 'tasks' | 'languages' | 'metrics' | 'datasets' | 'models';
}

const license: MetadataField = {
  key: 'license',
  label: 'Licence',
  hint: 'An identifier such as mit or apache-2.0.',
  type: 'text',
  known: 'licenses',
};
const language: MetadataField = {
  key: 'language',
  label: 'Languages',
  hint: 'ISO 639 codes between commas: en, fr; or multilingual.',
  type: 'either',
  known: 'languages',
};
const tags: MetadataField = {
  key: 'tags',
  label: 'Tags',
  hint: 'Words between commas; a comma within one is written \\,',
  type: 'list',
};

/** The fields of the form; a card may have any others. */
export const metadataFields: Readonly<Record<RepoKind, readonly MetadataField[]>> = {
  model: [
    license,
    language,
    {
      key: 'library_name',
      label: 'Library',
      hint: 'What loads it; without, the files tell.',
      type: 'text',
      known: 'libraries',
    },
    { key: 'pipeline_tag', label: 'Task', hint: 'Without, the files tell.', type: 'text', known: 'tasks' },
    tags,
    {
      key: 'datasets',
      label: 'Datasets',
      hint: 'What it was trained on: ids between commas.',
      type: 'list',
      known: 'datasets',
    },
    { key: 'metrics', label: 'Metrics', hint: 'Ids between commas: accuracy, f1.', type: 'list', known: 'metrics' },
    {
      key: 'base_model',
      label: 'Base model',
      hint: 'owner/name of the model that it began from.',
      type: 'either',
      known: 'models',
    },
    { key: 'inference', label: 'Inference', hint: 'Widget and API.', type: 'switch' },
  ],
  dataset: [
    license,
    language,
    {
      key: 'task_categories',
      label: 'Tasks',
      hint: 'Between commas: text-classification.',
      type: 'list',
      known: 'tasks',
    },
    { key: 'size_categories', label: 'Size', hint: 'Such as 1K<n<10K.', type: 'either' },
    tags,
  ],
  space: [license, language, tags],
};

export interface ExampleField {
  readonly name: string;
  readonly label: string;
  readonly long: boolean;
  readonly list: 'lines' | 'commas' | undefined;
  readonly aliases: readonly string[];
}

const title: ExampleField = { name: 'example_title', label: 'Name', long: false, list: undefined, aliases: [] };

/** The task whose inputs examples have: a text, where the card names none, or one that is none. */
export function exampleTask(task: string | null): string {
  return task !== null && Object.hasOwn(widgetFields, task) ? task : 'text-classification';
}

/** What an example of a task is made of, as far as a line or a text can say it. */
export function exampleFields(task: string | null): readonly ExampleField[] {
  return [
    ...widgetFields[exampleTask(task)]!.filter(
      ({ kind, parameter, isTable }) => !parameter && !isTable && /^(line|text|file)$/.test(kind),
    ).map(({ name, label, kind, list, aliases = [] }) => ({
      name,
      label: kind === 'file' ? `${label}: a path here` : label,
      long: kind === 'text',
      list,
      aliases,
    })),
    title,
  ];
}

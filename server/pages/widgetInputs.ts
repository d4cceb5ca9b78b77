import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';

type Example = Readonly<Record<string, unknown>>;

const read = new Map<string, Readonly<Record<string, readonly Example[]>>>();

/**
 * Examples for models whose card gives none: one JSON file a language, `{task: [example]}`, from the data folder's
 * `extensions/widget-inputs/` or the ones that come with the hub. Languages are tried in the card's order, then English.
 */
export function defaultExamples(extensions: string, languages: readonly string[], task: string): readonly Example[] {
  const wanted = languages.length > 0 ? languages : ['en'];
  for (const language of wanted) {
    if (!/^[a-z]{2,3}$/.test(language)) continue;
    for (const folder of [path.join(extensions, 'widget-inputs'), path.join(projectRoot, 'config', 'widget-inputs')]) {
      const examples = fileOf(path.join(folder, `${language}.json`))[task];
      if (Array.isArray(examples) && examples.length > 0) return examples;
    }
  }
  return [];
}

function fileOf(file: string): Readonly<Record<string, readonly Example[]>> {
  const known = read.get(file);
  if (known) return known;
  let content: Readonly<Record<string, readonly Example[]>> = {};
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as typeof content;
  } catch {
    // No file for this language, or one that is no JSON: as if there were no examples.
  }
  read.set(file, content);
  return content;
}

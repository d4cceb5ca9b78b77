import { taskRow } from '../config/tasks.js';
import { languageName, ownLanguageName } from '../config/vocabulary/languages.js';
import { libraryLabel } from '../config/vocabulary/libraries.js';
import { licenseLabel } from '../config/vocabulary/licenses.js';
import { metricLabel } from '../config/vocabulary/metrics.js';
import type { IconName } from './icons.js';
import type { FacetKey } from './listing.js';

/** What people read for a value of a facet: `fr` → `French`, `pytorch` → `PyTorch`. */
export function facetLabel(key: FacetKey, value: string): string {
  switch (key) {
    case 'tasks':
    case 'categories':
      return taskLabel(value);
    case 'libraries':
      return libraryLabel(value);
    case 'languages':
      return languageName(value) ?? value;
    case 'licenses':
      return licenseLabel(value);
    case 'metrics':
      return metricLabel(value);
    case 'inference':
      return 'Widget ready';
    default:
      return value;
  }
}

/** A second word beside the label: the language's own name, the licence's id. */
export function facetHint(key: FacetKey, value: string): string | null {
  if (key === 'languages') return ownLanguageName(value);
  return null;
}

export function taskLabel(task: string): string {
  return taskRow(task)?.label ?? task;
}

export function taskIcon(task: string): IconName {
  return (taskRow(task)?.icon ?? 'tag') as IconName;
}

/** Two letters for a library, instead of anybody's logo: `sentence-transformers` → `ST`, `pytorch` → `Py`. */
export function monogramOf(library: string): string {
  const words = libraryLabel(library)
    .split(/[\s._-]+|(?<=[a-z])(?=[A-Z])/)
    .filter(Boolean);
  const letters = words.length > 1 ? words[0]![0]! + words[1]![0]! : (words[0] ?? library).slice(0, 2);
  return letters.charAt(0).toUpperCase() + letters.slice(1);
}

/** Colour of the categorical scale for a task's modality. */
const modalityColours: Readonly<Record<string, number>> = {
  text: 1,
  audio: 6,
  vision: 7,
  multimodal: 2,
  tabular: 5,
  'reinforcement-learning': 8,
  other: 3,
};

export function taskCategory(task: string): number {
  return modalityColours[taskRow(task)?.modality ?? 'other'] ?? 3;
}

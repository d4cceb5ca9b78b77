import { tasks } from '../../config/tasks.js';
import { licenseName, licenses } from '../../config/vocabulary/licenses.js';
import { metricIds } from '../../config/vocabulary/metrics.js';
import { widgetFields } from '../../views/widgets/inputs.js';
import { code, codes } from './markdown.js';

/** Every licence identifier that cards may name without a warning, with its name. */
export function licenseList(): string {
  const rows = [...licenses].sort().map((id) => `| ${code(id)} | ${licenseName(id).replace('*', '\\*')} |`);
  return ['| Identifier | Licence |', '|---|---|', ...rows].join('\n');
}

/** Every metric identifier of that kind. */
export function metricList(): string {
  return codes(metricIds);
}

/** Tasks whose widget has a form. */
export function widgetTasks(): string {
  return Object.keys(tasks)
    .filter((task) => widgetFields[task])
    .map((task) => `[${code(task)}](/docs/hub/models-tasks#${task})`)
    .join(', ');
}

import { z } from 'zod';
import { type TaskId, tasks } from '../../../config/tasks.js';
import { emptyListing } from '../../../views/listing.js';
import { toModelQuery } from '../../listing/queryParameters.js';
import { runningFor } from '../../listing/runningFor.js';
import { scopeOf } from '../../listing/scope.js';
import { taskLibrary } from '../../taskLibrary.js';
import { operation } from '../frame/operation.js';

const modelsOfEach = 5;

const task = z.strictObject({
  id: z.string(),
  label: z.string(),
  summary: z.string(),
  libraries: z.array(z.string()),
  models: z.array(z.strictObject({ id: z.string(), description: z.string() })),
  widgetModels: z.array(z.string()),
  datasets: z.array(z.strictObject({ id: z.string(), description: z.string() })),
  spaces: z.array(z.strictObject({ id: z.string(), description: z.string() })),
  metrics: z.array(z.strictObject({ id: z.string(), description: z.string() })),
});

export const listTasks = operation({
  id: 'listTasks',
  method: 'GET',
  path: '/api/tasks',
  summary: 'Every task, what it is, and models of this hub that answer it',
  access: 'anyone',
  answer: z.record(z.string(), task),
  async handle(services, { viewer }) {
    const { index, options } = services;
    const scope = scopeOf(options, viewer);
    const { TASKS_DATA } = await taskLibrary();
    const texts: Readonly<Record<string, { summary?: string } | undefined>> = TASKS_DATA;
    const shown = (Object.keys(tasks) as TaskId[]).filter((id) => !('hidden' in tasks[id]));
    const told = shown.map(async (id) => {
      const listing = { ...emptyListing('model'), tasks: [id] };
      const found = await index.list(toModelQuery(listing, { scope, limit: modelsOfEach }));
      const rows = runningFor(services, viewer, found.rows);
      const models = rows.map((row) => ({ id: row.id, description: row.record?.summary ?? '' }));
      const libraries = [...new Set(rows.flatMap(({ record }) => record?.libraryName ?? []))];
      const widgetModels = rows.filter(({ ready }) => ready).map((row) => row.id);
      const { label } = tasks[id];
      const none = { datasets: [], spaces: [], metrics: [] };
      return [id, { id, label, summary: texts[id]?.summary ?? '', libraries, models, widgetModels, ...none }] as const;
    });
    return Object.fromEntries(await Promise.all(told));
  },
});

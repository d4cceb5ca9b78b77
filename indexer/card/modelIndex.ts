import type { EvaluationResult } from '../tags/types.js';
import type { Misshape } from './types.js';
import { isMapping, isScalar, text, typeName } from './values.js';

/** Why a `model-index` is malformed (model card specification, "model-index") and where in it, or null. */
export function modelIndexProblem(value: unknown): Misshape | null {
  if (!Array.isArray(value)) return misshape(`must be a list of models with results, got ${typeName(value)}`);
  return firstOf(value, 'item', modelProblem);
}

function modelProblem(model: unknown): Misshape | null {
  if (!isMapping(model)) return misshape(`must be a map, got ${typeName(model)}`);
  const { results } = model;
  if (!Array.isArray(results)) return misshape(`"results" must be a list, got ${typeName(results ?? null)}`, 'results');
  return below('results', firstOf(results, 'result', resultProblem));
}

function resultProblem(result: unknown): Misshape | null {
  if (!isMapping(result)) return misshape(`must be a map, got ${typeName(result)}`);
  const { task, dataset, metrics, source } = result;
  if (!isMapping(task) || !text(task.type)) return misshape('"task" must be a map with a "type"', 'task');
  // Some writers leave the dataset out altogether; a dataset that is named must say what it is.
  if (isGiven(dataset) && !(isMapping(dataset) && text(dataset.type) && text(dataset.name)))
    return misshape('"dataset" must be a map with a "type" and a "name"', 'dataset');
  if (!Array.isArray(metrics)) return misshape(`"metrics" must be a list, got ${typeName(metrics ?? null)}`, 'metrics');
  const wrong = below('metrics', firstOf(metrics, 'metric', metricProblem));
  if (wrong) return wrong;
  if (isGiven(source) && !(isMapping(source) && text(source.url)))
    return misshape('"source" must be a map with a "url"', 'source');
  return null;
}

function metricProblem(metric: unknown): Misshape | null {
  if (!isMapping(metric) || !text(metric.type)) return misshape('must be a map with a "type" and a "value"');
  if (isScalar(metric.value)) return null;
  return misshape(`"value" must be a number or a text, got ${typeName(metric.value ?? null)}`, 'value');
}

/** What is wrong with the first item of a list that is not as it must be. */
function firstOf(
  items: readonly unknown[],
  name: string,
  problemOf: (item: unknown) => Misshape | null,
): Misshape | null {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item);
    if (problem) return below(index, { ...problem, reason: `${name} ${index + 1}: ${problem.reason}` });
  }
  return null;
}

function below(key: string | number, problem: Misshape | null): Misshape | null {
  return problem && { ...problem, path: [key, ...problem.path] };
}

function misshape(reason: string, ...path: Misshape['path']): Misshape {
  return { reason, path };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const maxRows = 500;

/** Rows of a `model-index`, one a metric. Results that are malformed give none: old commits have them. */
export function readModelIndex(value: unknown): readonly EvaluationResult[] {
  if (!Array.isArray(value)) return [];
  const results = value.flatMap((model): readonly unknown[] =>
    isMapping(model) && Array.isArray(model.results) ? model.results : [],
  );
  return results.flatMap(rowsOf).slice(0, maxRows);
}

function rowsOf(result: unknown): readonly EvaluationResult[] {
  if (!isMapping(result) || !isMapping(result.task) || !Array.isArray(result.metrics)) return [];
  const type = text(result.task.type);
  if (!type) return [];
  const task = { type, ...optional('name', result.task.name) };
  const dataset = datasetOf(result.dataset);
  const source = sourceOf(result.source);
  return result.metrics
    .filter((metric) => metricProblem(metric) === null)
    .map((metric: Readonly<Record<string, unknown>>) => ({
      task,
      dataset,
      metric: {
        type: text(metric.type)!,
        ...optional('name', metric.name),
        value: metricValue(metric.value),
        ...(metric.verified === true && { verified: true }),
      },
      ...(source ? { source } : {}),
    }));
}

function sourceOf(value: unknown): EvaluationResult['source'] | null {
  const url = isMapping(value) ? text(value.url) : null;
  return isMapping(value) && url ? { url, ...optional('name', value.name) } : null;
}

function datasetOf(value: unknown): EvaluationResult['dataset'] {
  const dataset = isMapping(value) ? value : {};
  const type = text(dataset.type) ?? '';
  return {
    type,
    name: text(dataset.name) ?? type,
    ...optional('config', dataset.config),
    ...optional('split', dataset.split),
  };
}

function metricValue(value: unknown): number | string {
  return typeof value === 'number' ? value : String(value);
}

function optional<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  const found = text(value);
  return (found ? { [key]: found } : {}) as { [P in K]?: string };
}

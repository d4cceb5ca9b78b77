import type { EvaluationResult } from '../tags/types.js';
import { isMapping, isScalar, text, typeName } from './values.js';

/** Why a `model-index` is malformed (model card specification, "model-index"), or null. */
export function modelIndexProblem(value: unknown): string | null {
  if (!Array.isArray(value)) return `must be a list of models with results, got ${typeName(value)}`;
  for (const [index, model] of value.entries()) {
    const reason = modelProblem(model);
    if (reason) return `item ${index + 1}: ${reason}`;
  }
  return null;
}

function modelProblem(model: unknown): string | null {
  if (!isMapping(model)) return `must be a map, got ${typeName(model)}`;
  if (!Array.isArray(model.results)) return `"results" must be a list, got ${typeName(model.results ?? null)}`;
  for (const [index, result] of model.results.entries()) {
    const reason = resultProblem(result);
    if (reason) return `result ${index + 1}: ${reason}`;
  }
  return null;
}

function resultProblem(result: unknown): string | null {
  if (!isMapping(result)) return `must be a map, got ${typeName(result)}`;
  if (!isMapping(result.task) || !text(result.task.type)) return '"task" must be a map with a "type"';
  // Some writers leave the dataset out altogether; a dataset that is named must say what it is.
  if (
    isGiven(result.dataset) &&
    !(isMapping(result.dataset) && text(result.dataset.type) && text(result.dataset.name))
  ) {
    return '"dataset" must be a map with a "type" and a "name"';
  }
  if (!Array.isArray(result.metrics)) return `"metrics" must be a list, got ${typeName(result.metrics ?? null)}`;
  for (const [index, metric] of result.metrics.entries()) {
    const reason = metricProblem(metric);
    if (reason) return `metric ${index + 1}${reason}`;
  }
  if (isGiven(result.source) && !(isMapping(result.source) && text(result.source.url)))
    return '"source" must be a map with a "url"';
  return null;
}

function metricProblem(metric: unknown): string | null {
  if (!isMapping(metric) || !text(metric.type)) return ' must be a map with a "type" and a "value"';
  if (isScalar(metric.value)) return null;
  return `: "value" must be a number or a text, got ${typeName(metric.value ?? null)}`;
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

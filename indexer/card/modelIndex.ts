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
  if (result.dataset !== undefined && (!isMapping(result.dataset) || !text(result.dataset.type))) {
    return '"dataset" must be a map with a "type" and a "name"';
  }
  if (!Array.isArray(result.metrics)) return `"metrics" must be a list, got ${typeName(result.metrics ?? null)}`;
  for (const [index, metric] of result.metrics.entries()) {
    if (!isMapping(metric) || !text(metric.type)) return `metric ${index + 1} must be a map with a "type" and a "value"`;
    if (!isScalar(metric.value)) return `metric ${index + 1}: "value" must be a number or a text, got ${typeName(metric.value ?? null)}`;
  }
  if (isMapping(result.source) && !text(result.source.url)) return '"source" must have a "url"';
  return null;
}

const maxRows = 500;

/** Rows of a `model-index`, one a metric; what is malformed gives none. */
export function readModelIndex(value: unknown): readonly EvaluationResult[] {
  if (modelIndexProblem(value) !== null) return [];
  const models = value as readonly { results: readonly Record<string, unknown>[] }[];
  return models.flatMap((model) => model.results.flatMap(rowsOf)).slice(0, maxRows);
}

function rowsOf(result: Readonly<Record<string, unknown>>): readonly EvaluationResult[] {
  const task = result.task as Readonly<Record<string, unknown>>;
  const dataset = isMapping(result.dataset) ? result.dataset : {};
  const config = text(dataset.config);
  const split = text(dataset.split);
  const metrics = result.metrics as readonly Readonly<Record<string, unknown>>[];
  return metrics.map((metric) => ({
    task: { type: text(task.type)!, ...optionalName(task.name) },
    dataset: {
      type: text(dataset.type) ?? '',
      name: text(dataset.name) ?? text(dataset.type) ?? '',
      ...(config ? { config } : {}),
      ...(split ? { split } : {}),
    },
    metric: {
      type: text(metric.type)!,
      ...optionalName(metric.name),
      value: typeof metric.value === 'number' ? metric.value : String(metric.value),
    },
  }));
}

function optionalName(value: unknown): { name?: string } {
  const name = text(value);
  return name ? { name } : {};
}

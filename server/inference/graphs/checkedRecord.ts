import type { GraphProblem, ModelRecord } from '../../../indexer/tags/types.js';

/** The record without the graphs that do not run, and why; `by` is the version of the code that looked. */
export function checkedRecord(record: ModelRecord, by: string, problems: readonly GraphProblem[]): ModelRecord {
  const refused = new Map(problems.flatMap(({ graph, task, reason }) => (task === null ? [[graph, reason]] : [])));
  const graphs = record.graphs.filter(({ path }) => !refused.has(path));
  const first = record.graphs.find(({ path }) => refused.has(path));
  const graphProblem = graphs.length === 0 && first ? refused.get(first.path)! : record.graphProblem;
  return { ...record, graphs, ...(graphProblem && { graphProblem }), check: { by, problems } };
}

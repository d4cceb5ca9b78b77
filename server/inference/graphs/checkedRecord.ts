import { compiledGraph } from '../../../config/compiledModels.js';
import type { CardProblem } from '../../../indexer/card/types.js';
import type { GraphProblem, ModelRecord } from '../../../indexer/tags/types.js';
import type { Finding } from '../../../inference/compile/planner.js';

/** What looking at graphs told, and what running them did. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly problems: readonly GraphProblem[];
}

/** The record without the graphs that do not run, and why; `by` is the version of the code that looked. */
export function checkedRecord(record: ModelRecord, by: string, found: Found): ModelRecord {
  const problems = [...found.findings.flatMap((finding) => problemOf(finding, record)), ...found.problems];
  const refused = new Map(problems.flatMap(({ graph, task, reason }) => (task === null ? [[graph, reason]] : [])));
  const graphs = record.graphs.filter(({ path }) => !refused.has(path));
  const first = record.graphs.find(({ path }) => refused.has(path));
  const graphProblem = graphs.length === 0 && first ? refused.get(first.path)! : record.graphProblem;
  const warnings = warningsOf(found.findings);
  return {
    ...record,
    graphs,
    ...(graphProblem && { graphProblem }),
    ...(warnings.length > 0 && { problems: [...record.problems, ...warnings] }),
    check: { by, problems },
  };
}

/** Texts that cannot be read are no fault of a graph, but its task is not answered; what is wrong with a checkpoint is. */
function problemOf(
  { graph, isProblem, isTokenizer, reason }: Finding,
  { pipelineTag }: ModelRecord,
): readonly GraphProblem[] {
  if (!isProblem) return [];
  if (graph === compiledGraph && !isTokenizer) return [{ graph, task: null, reason }];
  return pipelineTag === null ? [] : [{ graph, task: pipelineTag, reason }];
}

/** Graphs of one model mostly say the same of its tokenizer. */
function warningsOf(findings: readonly Finding[]): readonly CardProblem[] {
  const messages = new Map<string, string>();
  for (const { graph, isProblem, reason } of findings)
    if (!isProblem && !messages.has(reason)) messages.set(reason, graph);
  return [...messages].map(([message, graph]) => ({
    severity: 'warning',
    file: graph === compiledGraph ? 'config.json' : graph,
    message,
  }));
}

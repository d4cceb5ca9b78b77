import { compiledGraph } from '../../config/compiledModels.js';
import type { GraphProblem } from '../../indexer/tags/types.js';
import type { Finding, Int8Result } from '../../inference/types.js';
import type { Measurement } from '../../server/accounts/types.js';
import { cutTo, formatBytes, formatCount } from '../format.js';
import { verdictLine } from '../verdictLine.js';

/** What this hub knows of a model by running it. */
export interface ModelSheetView {
  /** Path of the graph that runs, or `compiled`. */
  readonly graph: string;
  readonly isCompiled: boolean;
  /** False until it is known whether its graphs run. */
  readonly isChecked: boolean;
  /** Graphs that do not run, and why. */
  readonly problems: readonly GraphProblem[];
  /** What the referee found of a compiled graph; null = it has not spoken yet. */
  readonly verdict: Finding | null;
  /** What a search for an int8 graph found, or how far it is; null = int8 is not wanted. */
  readonly int8: Int8Result | 'searching' | 'waiting' | null;
  /** Null until these files were measured. */
  readonly measurement: Measurement | null;
}

/** The panel "On this hub": which graph runs, and how far it can be trusted. */
export function ModelSheet({ sheet }: { sheet: ModelSheetView }) {
  return (
    <section class="panel">
      <h2>On this hub</h2>
      <dl class="facts">
        <dt>Runs</dt>
        <dd>
          {servedName(sheet)}
          {sheet.isCompiled && !sheet.isChecked && <span class="muted">, which is being checked</span>}
        </dd>
        {sheet.problems.map(({ graph, task, reason }) => (
          <>
            <dt>{task === null ? 'Does not run' : `No ${task}`}</dt>
            <dd>
              {graphName(graph)}: {reason}
            </dd>
          </>
        ))}
        {sheet.isCompiled && (
          <>
            <dt>Checked</dt>
            <dd>{verdictLine(sheet.verdict)}</dd>
          </>
        )}
        {sheet.int8 && (
          <>
            <dt>int8</dt>
            <dd>{int8Line(sheet.int8)}</dd>
          </>
        )}
        {sheet.measurement && <Measured measurement={sheet.measurement} />}
      </dl>
    </section>
  );
}

/** A graph as pages name it. */
export function graphName(graph: string): string {
  return graph === compiledGraph ? 'a graph compiled from its weights' : graph;
}

function Measured({ measurement }: { measurement: Measurement }) {
  const { loadMs, medianMs, slowMs, bytes, tokensPerSecond, soundPerSecond, cardExamples } = measurement;
  return (
    <>
      {medianMs !== null && (
        <>
          <dt>A call</dt>
          <dd>
            {formatMs(medianMs)}{' '}
            <span class="muted">is the median; 19 of 20 take at most {formatMs(slowMs ?? medianMs)}</span>
          </dd>
        </>
      )}
      {loadMs > 0 && (
        <>
          <dt>Load</dt>
          <dd>{formatMs(loadMs)}</dd>
        </>
      )}
      {bytes > 0 && (
        <>
          <dt>Memory</dt>
          <dd>{formatBytes(bytes)}</dd>
        </>
      )}
      {tokensPerSecond !== null && (
        <>
          <dt>Tokens a second</dt>
          <dd>{formatCount(Math.round(tokensPerSecond))}</dd>
        </>
      )}
      {soundPerSecond != null && (
        <>
          <dt>Sound a second</dt>
          <dd>{soundPerSecond.toFixed(1)} s</dd>
        </>
      )}
      {cardExamples.asked > 0 && (
        <>
          <dt>Answers of the card</dt>
          <dd>
            {cardExamples.equal} of {cardExamples.asked} given here too
          </dd>
        </>
      )}
    </>
  );
}

function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function servedName({ graph, int8 }: ModelSheetView): string {
  const isInt8 = typeof int8 === 'object' && int8?.file === graph;
  return isInt8 ? `${graphName(compiledGraph)}, in int8` : graphName(graph);
}

function int8Line(int8: NonNullable<ModelSheetView['int8']>): string {
  if (int8 === 'waiting') return 'not yet: a search follows the first calls';
  if (int8 === 'searching') return 'not yet: a search for a graph that is close enough runs';
  if (int8.file === null) return `not used: ${int8.reason}`;
  const cosine = cutTo(int8.cosine, 4);
  const top = int8.hasScores ? ', the same highest score' : '';
  const extent = `${int8.int8} of ${int8.of} groups of layers`;
  return `${int8.speed.toFixed(2)} times as fast as float32; cosine ${cosine} or more${top} on ${int8.texts} held-back texts; ${extent}`;
}

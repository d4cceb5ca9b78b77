import { LongFacts } from '../../../components/longFacts.js';
import { Notice } from '../../../components/notice.js';
import { formatCount, formatParameters, plural } from '../../../format.js';

/** What the header of a weight file says, ready to be shown. */
export type WeightView =
  | { readonly problem: string }
  | {
      readonly format: string;
      readonly tensorCount: number;
      readonly parameters: readonly (readonly [dtype: string, count: number])[];
      readonly metadata: readonly (readonly [key: string, value: string])[];
      readonly imports: readonly { readonly name: string; readonly verdict: Verdict }[];
      readonly warnings: readonly string[];
      readonly tensors: TensorsView;
      readonly graph: GraphView | null;
    };

type Verdict = 'safe' | 'unknown' | 'dangerous';

export interface TensorsView {
  /** What the names must hold; '' = all are listed. */
  readonly wanted: string;
  readonly matching: number;
  readonly shown: number;
  readonly tree: TensorGroup;
}

export interface TensorGroup {
  readonly name: string;
  readonly groups: readonly TensorGroup[];
  readonly tensors: readonly TensorRow[];
  /** Of all below. */
  readonly count: number;
  readonly parameters: number;
}

export interface TensorRow {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  readonly parameters: number;
}

interface GraphValue {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
}

export interface GraphView {
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: readonly (readonly [domain: string, version: number])[];
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: number;
  readonly operators: readonly (readonly [name: string, count: number])[];
  /** Files beside it that hold its weights. */
  readonly files: readonly string[];
}

const titles: Readonly<Record<string, string>> = {
  safetensors: 'Safetensors',
  gguf: 'GGUF',
  onnx: 'ONNX',
  pytorch: 'PyTorch checkpoint',
  pickle: 'Pickle',
};

/** The header of a weight file: what is in it, without the weights. */
export function Weights({ weights }: { readonly weights: WeightView }) {
  if ('problem' in weights) return <Notice tone="warn">Its header cannot be read: {weights.problem}</Notice>;
  const total = weights.parameters.reduce((sum, [, count]) => sum + count, 0);
  return (
    <section class="stack weights" aria-label="Header of the weights">
      {weights.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <section class="panel">
        <h2>{titles[weights.format] ?? weights.format}</h2>
        <dl class="facts">
          <dt>Tensors</dt>
          <dd>{formatCount(weights.tensorCount)}</dd>
          <dt>Parameters</dt>
          <dd>
            {formatParameters(total)} {total >= 1000 && <span class="quiet">({formatCount(total)})</span>}
          </dd>
          {weights.parameters.length > 1 &&
            weights.parameters.map(([dtype, count]) => (
              <div key={dtype}>
                <dt>{dtype}</dt>
                <dd title={formatCount(count)}>{formatParameters(count)}</dd>
              </div>
            ))}
          {weights.parameters.length === 1 && (
            <>
              <dt>Type</dt>
              <dd>{weights.parameters[0]![0]}</dd>
            </>
          )}
          {weights.graph && <GraphFacts graph={weights.graph} />}
        </dl>
      </section>
      {weights.imports.length > 0 && <Imports imports={weights.imports} />}
      {weights.graph && <Graph graph={weights.graph} />}
      {weights.metadata.length > 0 && <Metadata rows={weights.metadata} />}
      {weights.tensorCount > 0 && <Tensors tensors={weights.tensors} all={weights.tensorCount} />}
    </section>
  );
}

function Metadata({ rows }: { readonly rows: readonly (readonly [key: string, value: string])[] }) {
  return (
    <details class="panel" open={rows.length <= 20}>
      <summary>
        <h2>Metadata</h2> <span class="quiet">{plural(rows.length, 'key')}</span>
      </summary>
      <LongFacts rows={rows} />
    </details>
  );
}

const verdictTexts: Readonly<Record<Verdict, string>> = {
  safe: 'rebuilds tensors and plain values',
  unknown: 'not known to this hub',
  dangerous: 'can run code or reach files',
};

function Imports({ imports }: { readonly imports: readonly { readonly name: string; readonly verdict: Verdict }[] }) {
  const worst = imports[0]!.verdict;
  return (
    <section class="panel">
      <h2>What unpickling would import</h2>
      <p class="quiet small">
        {worst === 'safe'
          ? 'All imports are of the kind that checkpoints need.'
          : 'Load this file only when you trust who made it.'}{' '}
        Nothing is unpickled here.
      </p>
      <section class="table-scroll" tabindex={0} aria-label="Imports">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Import</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {imports.map(({ name, verdict }, index) => (
              <tr key={index}>
                <td class="mono breaks">{name}</td>
                <td>
                  <strong class={`verdict-${verdict}`}>{verdict}</strong>{' '}
                  <span class="quiet small">{verdictTexts[verdict]}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function GraphFacts({ graph }: { readonly graph: GraphView }) {
  return (
    <>
      <dt>Nodes</dt>
      <dd>{formatCount(graph.nodes)}</dd>
      <dt>Opset</dt>
      <dd>{graph.opsets.map(([domain, version]) => `${domain} ${version}`).join(', ')}</dd>
      <dt>IR version</dt>
      <dd>{graph.irVersion}</dd>
      {graph.producer && (
        <>
          <dt>Producer</dt>
          <dd dir="auto">{graph.producer}</dd>
        </>
      )}
      {graph.files.length > 0 && (
        <>
          <dt>Weights in</dt>
          <dd class="mono">{graph.files.join(', ')}</dd>
        </>
      )}
    </>
  );
}

function Graph({ graph }: { readonly graph: GraphView }) {
  return (
    <>
      <Values title="Inputs" values={graph.inputs} />
      <Values title="Outputs" values={graph.outputs} />
      {graph.operators.length > 0 && (
        <section class="panel">
          <h2>Operators</h2>
          <ul class="operators">
            {graph.operators.map(([name, count]) => (
              <li key={name}>
                <span class="mono breaks">{name || '(no name)'}</span> <span class="quiet">{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Values({ title, values }: { readonly title: string; readonly values: readonly GraphValue[] }) {
  if (values.length === 0) return null;
  return (
    <section class="panel">
      <h2>{title}</h2>
      <section class="table-scroll" tabindex={0} aria-label={title}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Shape</th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ name, dtype, shape }, index) => (
              <tr key={index}>
                <td class="mono breaks">{name}</td>
                <td>{dtype}</td>
                <td class="mono">{shape}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Tensors({ tensors, all }: { readonly tensors: TensorsView; readonly all: number }) {
  const { shown, tree } = tensors;
  const isSmall = shown <= 40;
  return (
    <section class="panel" id="tensors">
      <h2>Tensors</h2>
      {all > 10 && <Filter tensors={tensors} all={all} />}
      <TensorRows rows={tree.tensors} />
      {tree.groups.map((group) => (
        <Group key={group.name} group={group} open={isSmall || tree.groups.length === 1} isSmall={isSmall} />
      ))}
    </section>
  );
}

function Filter({
  tensors: { wanted, matching, shown },
  all,
}: {
  readonly tensors: TensorsView;
  readonly all: number;
}) {
  return (
    <form class="tensor-filter" method="get" action="#tensors">
      <label for="tensor-name" class="visually-hidden">
        Part of a tensor’s name
      </label>
      <input
        class="input mono"
        type="search"
        id="tensor-name"
        name="tensor"
        value={wanted}
        placeholder="Part of a name"
        maxlength={200}
      />
      <button type="submit" class="button">
        Filter
      </button>
      <span class="quiet small">
        {wanted ? `${plural(matching, 'tensor')} of ${formatCount(all)}` : plural(all, 'tensor')}
        {shown < matching && `; the first ${formatCount(shown)} are listed`}
      </span>
    </form>
  );
}

interface GroupProps {
  readonly group: TensorGroup;
  readonly open: boolean;
  readonly isSmall: boolean;
}

function Group({ group, open, isSmall }: GroupProps) {
  return (
    <details class="tensor-group" open={open}>
      <summary>
        <span class="mono">{group.name || '(empty)'}</span>{' '}
        <span class="quiet small">
          {plural(group.count, 'tensor')} · {formatParameters(group.parameters)}
        </span>
      </summary>
      <TensorRows rows={group.tensors} />
      {group.groups.map((below) => (
        <Group key={below.name} group={below} open={isSmall} isSmall={isSmall} />
      ))}
    </details>
  );
}

function TensorRows({ rows }: { readonly rows: readonly TensorRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table class="tensor-rows">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Shape</th>
          <th scope="col">Parameters</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, dtype, shape, parameters }, index) => (
          <tr key={index}>
            <td class="mono breaks">{name}</td>
            <td>{dtype}</td>
            <td class="mono">{shape}</td>
            <td class="number wide-only" title={formatCount(parameters)}>
              {formatParameters(parameters)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

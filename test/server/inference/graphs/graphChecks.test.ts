import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { compiledGraph } from '../../../../config/compiledModels.js';
import { createLog } from '../../../../config/log.js';
import type { ModelRecord } from '../../../../indexer/tags/types.js';
import { codeVersion } from '../../../../inference/codeVersion.js';
import type { Finding } from '../../../../inference/compile/planner.js';
import { checkedRecord } from '../../../../server/inference/graphs/checkedRecord.js';
import { createGraphChecks } from '../../../../server/inference/graphs/graphChecks.js';

const repo = { kind: 'model', owner: 'ada', name: 'm' } as const;
const graph = (path: string) => ({ path, label: path, exact: true });

function recordOf(changes: Partial<ModelRecord>): ModelRecord {
  return { commit: 'c1', graphs: [graph('compiled')], ...changes } as ModelRecord;
}

interface Answers {
  readonly resolve: (findings: readonly Finding[]) => void;
  readonly reject: (error: Error) => void;
}

/** Checks around a planner that answers when it is told to, and an index with one head. */
function checksOf({ waitMs, head = recordOf({}) }: { waitMs: number; head?: ModelRecord }) {
  let answer: Answers | undefined;
  const plan = new Promise<readonly Finding[]>((resolve, reject) => {
    answer = { resolve, reject };
  });
  const asked: string[] = [];
  const reindexed: string[] = [];
  const checks = createGraphChecks({
    planner: {
      prepare() {},
      findings({ folder }) {
        asked.push(folder);
        return plan;
      },
    },
    problems: { of: () => [], add() {}, forget() {} },
    log: createLog('silent'),
    services: () =>
      ({
        options: { inference: { enabled: true } },
        snapshot: async () => ({ key: 'k', folder: '/k', model: 'ada/m' }),
        snapshotKey: async () => 'k',
        index: { get: () => ({ head: 'c1', record: head }), heads: () => [{ repo }] },
        indexer: { reindex: async ({ name }: typeof repo) => void reindexed.push(name) },
      }) as never,
    waitMs,
  });
  return { checks, plan: answer!, asked, reindexed };
}

describe('what is known of the graphs of a record', () => {
  it('is left open when the planner takes too long, and settled when it has answered', async () => {
    const { checks, plan, asked, reindexed } = checksOf({ waitMs: 1 });
    const early = await checks.settle(repo, recordOf({}));
    assert.equal(early.check, undefined);
    assert.equal(early.graphs.length, 1);
    const reason = 'it cannot be compiled: the tensor x is missing';
    plan.resolve([{ graph: 'compiled', isProblem: true, reason }]);
    while (reindexed.length === 0) await turn();
    const late = await checks.settle(repo, recordOf({}));
    assert.deepEqual(late.graphs, []);
    assert.equal(late.graphProblem, 'it cannot be compiled: the tensor x is missing');
    assert.deepEqual(asked, ['/k'], 'the same files are looked at once');
  });

  it('is not held against the model when it could not be told', async () => {
    const { checks, plan } = checksOf({ waitMs: 60_000 });
    plan.reject(new Error('aborted'));
    const record = await checks.settle(repo, recordOf({}));
    assert.deepEqual([record.check, record.graphs.length], [undefined, 1]);
  });

  it('is found anew after a start with other code, and only then', async () => {
    const old = checksOf({ waitMs: 60_000, head: recordOf({ check: { by: 'older', problems: [] } }) });
    await old.checks.catchUp();
    assert.deepEqual(old.reindexed, ['m']);
    const unknown = checksOf({ waitMs: 60_000, head: recordOf({}) });
    await unknown.checks.catchUp();
    assert.deepEqual(unknown.reindexed, ['m']);
    const same = checksOf({ waitMs: 60_000, head: recordOf({ check: { by: codeVersion(), problems: [] } }) });
    await same.checks.catchUp();
    assert.deepEqual(same.reindexed, []);
  });

  it('takes away the graphs that do not run; what a graph cannot answer leaves it to others', () => {
    const record = recordOf({ graphs: [graph('model.onnx'), graph('compiled')] });
    const problems = [
      { graph: 'model.onnx', task: null, reason: 'it is damaged' },
      { graph: 'compiled', task: 'fill-mask', reason: 'it has no scores' },
    ];
    const checked = checkedRecord(record, 'v', { findings: [], problems });
    assert.deepEqual(
      checked.graphs.map(({ path }) => path),
      ['compiled'],
    );
    assert.equal(checked.graphProblem, undefined);
    assert.deepEqual(checked.check, { by: 'v', problems });
  });

  it('leaves a pushed graph that reads no texts to who asks for its tensors, and warns once of what all graphs say', () => {
    const record = recordOf({
      pipelineTag: 'fill-mask',
      problems: [],
      graphs: [graph('model.onnx'), graph('model_int8.onnx')],
    });
    const reason = 'its tokenizer knows 9 tokens, its embedding has 8 rows';
    const findings = record.graphs.map(({ path }) => ({ graph: path, isProblem: true, reason }));
    const refused = checkedRecord(record, 'v', { findings, problems: [] });
    assert.equal(refused.graphs.length, 2);
    assert.deepEqual(
      refused.check?.problems.map(({ task }) => task),
      ['fill-mask', 'fill-mask'],
    );
    const warned = checkedRecord(record, 'v', {
      findings: findings.map((finding) => ({ ...finding, isProblem: false })),
      problems: [],
    });
    assert.deepEqual(warned.check?.problems, []);
    assert.deepEqual(warned.problems, [{ severity: 'warning', file: 'model.onnx', message: reason }]);
  });

  it('keeps a checkpoint whose tokenizer cannot be read: its task alone is not answered', () => {
    const record = recordOf({ pipelineTag: 'fill-mask', problems: [], graphs: [graph(compiledGraph)] });
    const finding = { graph: compiledGraph, isTokenizer: true, isProblem: true, reason: 'it is broken' } as const;
    const { graphs, check } = checkedRecord(record, 'v', { findings: [finding], problems: [] });
    assert.equal(graphs.length, 1);
    assert.deepEqual(check?.problems, [{ graph: compiledGraph, task: 'fill-mask', reason: 'it is broken' }]);
  });
});

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compiledGraph } from '../../../config/compiledModels.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import { answerOf } from '../../../inference/quantise/answers.js';
import { quantiseSnapshot } from '../../../inference/quantise/index.js';
import { int8Graph } from '../../../inference/quantise/int8Graph.js';
import { linearGroups } from '../../../inference/quantise/linearGroups.js';
import type { Closeness, searchPlan } from '../../../inference/quantise/search.js';
import { loadModel } from '../../../inference/runner/models/loadedModel.js';
import { readCheckpoint } from '../compile/checkpointAnswers.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');

async function withCopy(name: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-int8-'));
  try {
    await cp(path.join(fixtures, name), folder, { recursive: true });
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function graphOf(checkpoint: string) {
  const { json, tensors } = await readCheckpoint(checkpoint);
  return buildGraphs(json, tensors)[0]!.graph.build('model');
}

/** Texts of a folder's model through one of its graphs. */
async function scores(folder: string, graph: string, texts: readonly string[]): Promise<readonly number[]> {
  const model = await loadModel(folder, graph, 1);
  try {
    const given: number[] = [];
    for (const text of texts) {
      const answer = await answerOf(model.forCall(Number.POSITIVE_INFINITY), text);
      given.push(...answer.get('logits')!.data);
    }
    return given;
  } finally {
    await model.release();
  }
}

describe('the linear layers of a graph', () => {
  it('go together where they read the same, and heads are left out', async () => {
    const groups = linearGroups(await graphOf('encoders/bert-seqcls'));
    const first = groups.filter(({ name }) => name.startsWith('encoder.layer.0.'));
    assert.deepEqual(
      first.map(({ layers }) => layers.map(({ name }) => name.replace('encoder.layer.0.', '').replace('.weight', ''))),
      [
        ['attention.self.query', 'attention.self.key', 'attention.self.value'],
        ['attention.output.dense'],
        ['intermediate.dense'],
        ['output.dense'],
      ],
    );
  });

  it('are not those that share their weights', async () => {
    const groups = linearGroups(await graphOf('encoders/albert-model-groups'));
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['encoder.embedding_hidden_mapping_in.weight'],
    );
  });

  it('leave neither their float32 weights nor their operators in the int8 graph', async () => {
    const graph = await graphOf('encoders/bert-model');
    const [group, ...others] = linearGroups(graph);
    const external = { location: 'file', offset: 0, length: 1 };
    const layers = group!.layers.map(({ weight }) => ({ external, scales: new Float32Array(weight.dims[0]!) }));
    const factors = new Float32Array(group!.layers[0]!.weight.dims[1]!).fill(1);
    const made = int8Graph(graph, [{ group: group!, factors, layers }]);
    const names = new Set(made.weights.map(({ name }) => name));
    for (const { name, node } of group!.layers) {
      assert.ok(!names.has(name) && names.has(`${name}:int8`));
      assert.ok(!made.nodes.includes(node));
    }
    for (const { layers } of others) for (const { name } of layers) assert.ok(names.has(name));
    const counted = (operator: string) => made.nodes.filter((node) => node.operator === operator).length;
    assert.deepEqual([counted('DynamicQuantizeLinear'), counted('MatMulIntegerToFloat')], [1, 3]);
  });
});

describe('int8 of a snapshot', () => {
  it('is a graph beside the checkpoint whose answers are close to those of float32', async () => {
    await withCopy('models/cross-encoder', async (folder) => {
      const seen: Closeness[] = [];
      const everything: typeof searchPlan = async (groups, measurer) => {
        const plan = groups.map(({ name }) => name);
        seen.push(await measurer.closeness(plan, 'heldBack'));
        assert.ok((await measurer.speed(plan)) > 0);
        return { isUsed: true, plan, cosine: seen[0]!.cosine, speed: 2 };
      };
      const { file } = await quantiseSnapshot(folder, { leastCosine: 0.998, search: everything });
      // Random weights give all texts nearly the same score; what is left of their order is compared.
      assert.ok(seen[0]!.cosine > 0.8, JSON.stringify(seen));
      const left = (await readdir(folder)).filter((name) => name.includes('int8'));
      assert.deepEqual(left.sort(), [file, file!.replace('.onnx', '.weights')]);
      const texts = ['a short text', 'another one, which is longer'];
      const [exact, int8] = [await scores(folder, compiledGraph, texts), await scores(folder, file!, texts)];
      for (const [index, score] of exact.entries()) {
        assert.notEqual(int8[index], score);
        assert.ok(Math.abs(int8[index]! - score) < 0.05 * Math.max(1, Math.abs(score)), `${score} ${int8[index]}`);
      }
    });
  });

  it('leaves nothing behind where no plan is used', async () => {
    await withCopy('models/cross-encoder', async (folder) => {
      const search: typeof searchPlan = async () => ({ isUsed: false, reason: 'none' });
      const result = await quantiseSnapshot(folder, { leastCosine: 0.998, search });
      assert.deepEqual(result, { file: null, reason: 'none' });
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.includes('int8')),
        [],
      );
    });
  });

  it('is not made of what reads no texts, or writes them', async () => {
    for (const checkpoint of ['checkpoints/vit-imgcls', 'checkpoints/encoders/tapas-model'])
      await withCopy(checkpoint, async (folder) => {
        const result = await quantiseSnapshot(folder, { leastCosine: 0.998 });
        assert.match(result.file === null ? result.reason : '', /encoders of texts only/);
      });
  });
});

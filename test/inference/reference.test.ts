import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../config/errors.js';
import type { Inference } from '../../inference/types.js';
import { requireShared } from '../support/require.js';
import { difference, fixtureModels, type ReferenceCase, readCases, requestParameters } from './referenceCases.js';
import { snapshotOf, startTestInference } from './runnerHarness.js';

interface How {
  readonly cosine?: number;
  readonly graph?: string;
}

describe('answers through a real runner process', () => {
  let inference: Inference;
  before(() => {
    inference = startTestInference();
  });
  after(() => inference.close());

  async function problemOf(folder: string, one: ReferenceCase, { cosine = 0, graph }: How): Promise<string | null> {
    const call = {
      snapshot: snapshotOf(folder),
      task: one.task,
      inputs: one.inputs,
      parameters: requestParameters(one),
      load: 'wait',
      ...(graph && { graph }),
    } as const;
    try {
      const { output } = await inference.answer(call);
      return one.error ? null : difference(one, JSON.parse(JSON.stringify(output)), cosine);
    } catch (error) {
      const isRefusal = one.error && error instanceof HubError && error.status < 500;
      return isRefusal ? null : String(error);
    }
  }

  async function problemsOf(folder: string, file: string, how: How = {}): Promise<string[]> {
    const problems: string[] = [];
    for (const one of readCases(path.join(folder, file))) {
      const problem = await problemOf(folder, one, how);
      if (problem) problems.push(`${one.task} ${one.name}: ${problem}`);
    }
    return problems;
  }

  for (const name of readdirSync(fixtureModels).filter((entry) => !entry.includes('.'))) {
    it(`${name} answers as Python does`, async () => {
      assert.deepEqual(await problemsOf(path.join(fixtureModels, name), 'reference.json'), []);
    });
  }

  it('notices an answer that differs', () => {
    const [one] = readCases(path.join(fixtureModels, 'bert-ner', 'reference.json'));
    const rows = structuredClone(one!.output) as { score: number; start: number }[];
    assert.equal(difference(one!, rows), null);
    rows[0]!.start += 1;
    assert.match(difference(one!, rows) ?? '', /start: want 0, got 1/);
  });

  it('the real MiniLM as int8 gives the embeddings of Python', async function () {
    const shared = requireShared(this);
    const folder = path.join(shared, 'models-real', 'all-MiniLM-L6-v2');
    assert.deepEqual(await problemsOf(folder, 'reference-quantized.json', { cosine: 0.999, graph: 'int8' }), []);
  });
});

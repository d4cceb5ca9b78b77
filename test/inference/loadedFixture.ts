import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerRequest, parseRequest } from '../../inference/pipelines/index.js';
import { withNestedLists } from '../../inference/pipelines/numberTable.js';
import { chooseGraph } from '../../inference/runner/models/graphs.js';
import { loadModel } from '../../inference/runner/models/loadedModel.js';
import { fixtureModels } from './referenceCases.js';

export type Asker = (task: string, inputs: unknown, parameters?: Record<string, unknown>) => Promise<unknown>;

/** A model loaded in this process: for tests of answers, where no process need be guarded. */
export async function loadedFixture(name: string): Promise<Asker> {
  return loadedFolder(path.join(fixtureModels, name));
}

export async function loadedFolder(source: string): Promise<Asker> {
  // Graphs are compiled beside their checkpoint, which may lie where nothing is to be written.
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-loaded-'));
  await cp(source, folder, { recursive: true });
  const graph = await chooseGraph(folder, undefined);
  const model = await loadModel(folder, graph.path, 1);
  return async (task, inputs, parameters = {}) =>
    withNestedLists(
      await answerRequest(model.forCall(Number.POSITIVE_INFINITY), parseRequest(task, inputs, parameters)),
    );
}

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../config/dataFolder.js';
import { createRepositories } from '../../../indexer/repository/repositories.js';
import { createSnapshots } from '../../../indexer/repository/snapshots.js';
import { externalClassifier } from '../../inference/onnxGraph.js';
import { commitFiles } from '../../support/commitFiles.js';

describe('the folder that a model is run from', () => {
  const ref = { kind: 'model', owner: 'ada', name: 'model' } as const;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'snapshots-'));
  });
  after(() => rm(folder, { recursive: true }));

  const rows = [
    { name: 'a file without an ending', location: 'bert.embeddings.weight', graph: 'model.onnx' },
    { name: 'a file in a folder', location: 'weights/all.bin', graph: 'onnx/model.onnx' },
  ];
  for (const { name, location, graph } of rows) {
    it(`holds the weights of a graph in ${name}, and the settings of modules`, async () => {
      const data = dataFolder(path.join(folder, location.replaceAll('/', '-')));
      const repositories = createRepositories(data);
      await repositories.create(ref);
      const weights = path.posix.join(path.posix.dirname(graph), location);
      const files = { [graph]: externalClassifier(location), [weights]: 'x', 'pool/config.json': '{}', 'a/b.bin': 'x' };
      const commit = await commitFiles(data.repository(ref), {
        branch: 'main',
        parent: null,
        author: { name: 'ada', email: 'a@b' },
        message: 'one',
        files: Object.entries(files).map(([file, content]) => ({ path: file, content: Buffer.from(content) })),
      });
      const taken = await createSnapshots(data, repositories).take(ref, commit);
      const found = await readdir(taken.folder, { recursive: true, withFileTypes: true });
      const names = found
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(taken.folder, path.join(entry.parentPath, entry.name)));
      assert.deepEqual(names.sort(), [graph, weights, 'pool/config.json'].sort());
      const snapshots = createSnapshots(data, repositories);
      await snapshots.forget({ ...ref, name: 'other' });
      assert.equal(existsSync(taken.folder), true);
      await snapshots.forget(ref);
      assert.equal(existsSync(taken.folder), false);
      await repositories.close();
    });
  }
});

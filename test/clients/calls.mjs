/**
 * Calls of the Hub's JavaScript clients against a hub: see callTable.mjs.
 * Arguments: a folder with the clients, the hub's address, an administrator's token, the id of a model that embeds texts.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { loadFrom, makeCalls } from './callTable.mjs';

const [folder, hubUrl, accessToken, embedder] = process.argv.slice(2);
const load = loadFrom(folder);
const hub = await load('@huggingface/hub');

const repo = { type: 'model', name: 'admin/from-javascript' };
const place = { hubUrl, accessToken };
const blob = (text) => new Blob([text]);
const all = async (list) => {
  const found = [];
  for await (const one of list) found.push(one);
  return found;
};
const filesOf = async (more = {}) => {
  const found = await all(hub.listFiles({ ...place, repo, recursive: true, ...more }));
  return found.flatMap(({ path, type }) => (type === 'file' ? [path] : [])).toSorted();
};
const large = new Uint8Array(12_000_000).map((_, n) => (n * n) % 251);

/** Of a safetensors file with one float32 tensor of four numbers. */
function safetensors() {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(16)]);
}

const calls = {
  whoAmI: async () => assert.equal((await hub.whoAmI(place)).name, 'admin'),
  'whoAmI, with a wrong token': () =>
    assert.rejects(hub.whoAmI({ hubUrl, accessToken: `hf_${'x'.repeat(34)}` }), { statusCode: 401 }),
  createRepo: async () => {
    const { repoUrl } = await hub.createRepo({
      ...place,
      repo,
      license: 'mit',
      files: [{ path: 'first.txt', content: new TextEncoder().encode('first').buffer }],
    });
    assert.equal(repoUrl, `${hubUrl}/admin/from-javascript`);
  },
  'createRepo, that is there': () => assert.rejects(hub.createRepo({ ...place, repo }), { statusCode: 409 }),
  repoExists: async () => {
    assert.equal(await hub.repoExists({ ...place, repo }), true);
    assert.equal(await hub.repoExists({ ...place, repo: 'admin/nothing' }), false);
  },
  checkRepoAccess: async () => {
    await hub.checkRepoAccess({ ...place, repo });
    await assert.rejects(hub.checkRepoAccess({ hubUrl, repo: 'admin/nothing' }), { statusCode: 401 });
  },
  uploadFile: async () => {
    const done = await hub.uploadFile({ ...place, repo, file: { path: 'a/b c.txt', content: blob('text') } });
    assert.match(done.commit.oid, /^[0-9a-f]{40}$/);
    assert.equal(done.commit.url, `${hubUrl}/admin/from-javascript/commit/${done.commit.oid}`);
  },
  'uploadFiles, small and large': async () => {
    const files = [
      { path: 'large.bin', content: new Blob([large]) },
      { path: 'model.safetensors', content: new Blob([safetensors()]) },
      ...Array.from({ length: 20 }, (_, n) => ({ path: `many/${n}.txt`, content: blob(`number ${n}`) })),
    ];
    await hub.uploadFiles({ ...place, repo, files, useXet: false });
  },
  'uploadFiles, in parts': async () => {
    const content = new Blob([new Uint8Array(300_000_000).fill(7)]);
    await hub.uploadFiles({ ...place, repo, useXet: false, files: [{ path: 'parts.bin', content }] });
    assert.equal((await hub.downloadFile({ ...place, repo, path: 'parts.bin' })).size, 300_000_000);
  },
  'commit, add and delete': async () => {
    await hub.commit({
      ...place,
      repo,
      title: 'several',
      operations: [
        { operation: 'addOrUpdate', path: 'one.txt', content: blob('one') },
        { operation: 'delete', path: 'many/3.txt' },
      ],
    });
    assert.equal(await hub.fileExists({ ...place, repo, path: 'many/3.txt' }), false);
  },
  'commit, of a stale parent': () =>
    assert.rejects(
      hub.commit({
        ...place,
        repo,
        title: 'late',
        parentCommit: '0'.repeat(40),
        operations: [{ operation: 'addOrUpdate', path: 'late.txt', content: blob('late') }],
      }),
      { statusCode: 412 },
    ),
  deleteFile: () => hub.deleteFile({ ...place, repo, path: 'one.txt' }),
  deleteFiles: async () => {
    await hub.deleteFiles({ ...place, repo, paths: ['many/4.txt', 'many/5.txt'] });
    const many = Array.from({ length: 20 }, (_, n) => `many/${n}.txt`).filter((_, n) => ![3, 4, 5].includes(n));
    const others = [
      '.gitattributes',
      'README.md',
      'a/b c.txt',
      'first.txt',
      'large.bin',
      'model.safetensors',
      'parts.bin',
    ];
    assert.deepEqual(await filesOf(), [...others, ...many].toSorted());
  },
  modelInfo: async () => {
    const info = await hub.modelInfo({ ...place, name: repo.name, additionalFields: ['tags', 'sha', 'author'] });
    assert.equal(info.name, repo.name);
    assert.match(info.sha, /^[0-9a-f]{40}$/);
    assert.ok(info.tags.includes('license:mit'));
  },
  listModels: async () => {
    const found = await all(
      hub.listModels({ ...place, search: { owner: 'admin', query: 'javascript' }, additionalFields: ['author'] }),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      [repo.name],
    );
  },
  'listModels, sorted and limited': async () => {
    const found = await all(hub.listModels({ ...place, sort: 'createdAt', limit: 1 }));
    assert.equal(found.length, 1);
  },
  listDatasets: () => all(hub.listDatasets({ ...place, limit: 3 })),
  listSpaces: () => all(hub.listSpaces({ ...place, limit: 3 })),
  listFiles: async () => {
    const found = await all(hub.listFiles({ ...place, repo, recursive: true, expand: true }));
    assert.ok(found.some(({ path, lastCommit }) => path === 'a/b c.txt' && lastCommit));
    assert.equal((await all(hub.listFiles({ ...place, repo, path: 'many' }))).length, 17);
  },
  pathsInfo: async () => {
    const [large] = await hub.pathsInfo({ ...place, repo, paths: ['large.bin', 'nothing'], expand: true });
    assert.equal(large.lfs.size, 12_000_000);
  },
  fileExists: async () => assert.equal(await hub.fileExists({ ...place, repo, path: 'large.bin' }), true),
  fileDownloadInfo: async () => {
    const { size, etag } = await hub.fileDownloadInfo({ ...place, repo, path: 'large.bin' });
    assert.equal(size, 12_000_000);
    assert.ok(etag);
  },
  downloadFile: async () => {
    const file = await hub.downloadFile({ ...place, repo, path: 'large.bin' });
    assert.deepEqual(
      new Uint8Array(await file.slice(5_000_000, 5_000_100).arrayBuffer()),
      large.slice(5_000_000, 5_000_100),
    );
    assert.equal(await (await hub.downloadFile({ ...place, repo, path: 'a/b c.txt' })).text(), 'text');
    assert.equal(await hub.downloadFile({ ...place, repo, path: 'nothing' }), null);
  },
  'downloadFile, raw': async () => {
    const pointer = await (await hub.downloadFile({ ...place, repo, path: 'large.bin', raw: true })).text();
    assert.match(pointer, /^version https:\/\/git-lfs/);
  },
  parseSafetensorsMetadata: async () => {
    const found = await hub.parseSafetensorsMetadata({
      ...place,
      repo,
      path: 'model.safetensors',
      computeParametersCount: true,
    });
    assert.deepEqual(found.parameterCount, { F32: 4 });
  },
  listCommits: async () => {
    const found = await all(hub.listCommits({ ...place, repo }));
    assert.equal(found.at(-1).title, 'initial commit');
    assert.deepEqual(
      found[0].authors.map(({ username }) => username),
      ['admin'],
    );
  },
  countCommits: async () => assert.ok((await hub.countCommits({ ...place, repo })) >= 5),
  createBranch: async () => {
    await hub.createBranch({ ...place, repo, branch: 'side' });
    await assert.rejects(hub.createBranch({ ...place, repo, branch: 'side' }), { statusCode: 409 });
    await hub.createBranch({ ...place, repo, branch: 'side', overwrite: true });
    await hub.createBranch({ ...place, repo, branch: 'bare', empty: true });
    await hub.uploadFile({ ...place, repo, branch: 'bare', file: { path: 'e.txt', content: blob('e') } });
    assert.deepEqual(await filesOf({ revision: 'bare' }), ['.gitattributes', 'e.txt']);
  },
  deleteBranch: async () => {
    await hub.deleteBranch({ ...place, repo, branch: 'side' });
    await hub.deleteBranch({ ...place, repo, branch: 'bare' });
  },
  'commit, as a pull request': async () => {
    const done = await hub.uploadFile({
      ...place,
      repo,
      file: { path: 'pr.txt', content: blob('pr') },
      isPullRequest: true,
    });
    assert.match(done.pullRequestUrl, /\/discussions\/1$/);
  },
  createCollection: async () => {
    const { slug } = await hub.createCollection({
      ...place,
      collection: { title: 'Of JavaScript', namespace: 'admin', private: false },
    });
    assert.equal((await all(hub.listCollections({ ...place, search: { owner: ['admin'] } }))).length, 1);
    await hub.deleteCollection({ ...place, slug });
  },
  'transformers.js, pipeline': async () => {
    const { env, pipeline } = await load('@huggingface/transformers');
    env.remoteHost = `${hubUrl}/`;
    env.allowLocalModels = false;
    env.cacheDir = path.join(process.env.HF_HOME, 'transformers.js');
    const extract = await pipeline('feature-extraction', embedder, { dtype: 'fp32' });
    assert.ok((await extract('hello', { pooling: 'mean' })).data.every(Number.isFinite));
  },
  deleteRepo: async () => {
    await hub.deleteRepo({ ...place, repo });
    assert.equal(await hub.repoExists({ ...place, repo }), false);
  },
};

await makeCalls(calls);

/** Calls of the JavaScript clients from a page of another site: bundled with them by inBrowser.ts, which runs `callsOf`. */
import * as hub from '@huggingface/hub';
import { InferenceClient } from '@huggingface/inference';
import { env, pipeline } from '@huggingface/transformers';

const repo = { type: 'model', name: 'admin/from-a-browser' };
const check = (holds, what) => {
  if (!holds) throw new Error(what);
};

globalThis.callsOf = async ({ hubUrl, accessToken, embedder }) => {
  const place = { hubUrl, accessToken };
  const large = new Uint8Array(12_000_000).map((_, n) => (n * n) % 251);
  const calls = {
    whoAmI: async () => check((await hub.whoAmI(place)).name === 'admin', 'another user'),
    createRepo: () => hub.createRepo({ ...place, repo }),
    'uploadFiles, small and large': async () => {
      const files = [
        { path: 'a/b c.txt', content: new Blob(['text']) },
        { path: 'large.bin', content: new Blob([large]) },
      ];
      await hub.uploadFiles({ ...place, repo, files, useXet: false });
    },
    'commit, as a pull request': async () => {
      const file = { path: 'pr.txt', content: new Blob(['pr']) };
      await hub.uploadFile({ ...place, repo, file, isPullRequest: true });
    },
    listModels: async () => {
      const found = [];
      for await (const one of hub.listModels({ ...place, limit: 10 })) found.push(one.name);
      check(found.includes(repo.name), found.join());
    },
    listFiles: async () => {
      const found = [];
      for await (const one of hub.listFiles({ ...place, repo, recursive: true })) found.push(one.path);
      check(found.includes('a/b c.txt') && found.includes('large.bin'), found.join());
    },
    listCommits: async () => {
      for await (const _ of hub.listCommits({ ...place, repo })) return;
    },
    countCommits: async () => check((await hub.countCommits({ ...place, repo })) === 2, 'another number'),
    downloadFile: async () => {
      const file = await hub.downloadFile({ ...place, repo, path: 'large.bin' });
      check(file.size === large.length, `${file.size} bytes`);
      const part = new Uint8Array(await file.slice(5_000_000, 5_000_100).arrayBuffer());
      check(
        part.every((byte, n) => byte === large[5_000_000 + n]),
        'other bytes',
      );
      check((await hub.downloadFile({ ...place, repo, path: 'nothing' })) === null, 'a file that is not there');
    },
    'InferenceClient.featureExtraction': async () => {
      const client = new InferenceClient(accessToken, { endpointUrl: `${hubUrl}/models/${embedder}` });
      check((await client.featureExtraction({ inputs: 'hello' })).flat(3).every(Number.isFinite), 'no numbers');
    },
    'transformers.js, pipeline': async () => {
      env.remoteHost = `${hubUrl}/`;
      env.allowLocalModels = false;
      env.backends.onnx.wasm.wasmPaths = new URL('/wasm/', location.href).href;
      const extract = await pipeline('feature-extraction', embedder, { dtype: 'fp32', device: 'wasm' });
      check((await extract('hello', { pooling: 'mean' })).data.every(Number.isFinite), 'no numbers');
    },
    deleteRepo: () => hub.deleteRepo({ ...place, repo }),
  };
  const outcomes = [];
  for (const [call, run] of Object.entries(calls)) {
    const why = await run().then(
      () => null,
      (error) => `${error.name}: ${error.message}`.slice(0, 400),
    );
    outcomes.push({ call, passed: why === null, ...(why && { why }) });
  }
  return outcomes;
};

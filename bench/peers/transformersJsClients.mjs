/**
 * Clients of `@huggingface/transformers` in one process: `node transformersJs.mjs LIBRARY JOB`. LIBRARY is the folder with the
 * package and with `model.onnx`, JOB a JSON file of { model, texts, clients, seconds, threads }. Prints a line of JSON.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, jobFile] = process.argv.slice(2);
const { model, texts, clients, seconds, threads } = JSON.parse(readFileSync(jobFile, 'utf8'));
const entry = createRequire(path.join(library, 'x.js')).resolve('@huggingface/transformers');
const { pipeline, env } = await import(pathToFileURL(entry.replace(/\.cjs$/, '.mjs')).href);

// The library reads onnx/model.onnx in the model's folder.
const models = mkdtempSync(path.join(tmpdir(), 'bench-'));
mkdirSync(path.join(models, 'model', 'onnx'), { recursive: true });
for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
  cpSync(path.join(model, name), path.join(models, 'model', name));
symlinkSync(path.join(library, 'model.onnx'), path.join(models, 'model', 'onnx', 'model.onnx'));
env.allowRemoteModels = false;
env.localModelPath = models;
const session_options = { intraOpNumThreads: threads, interOpNumThreads: 1 };
const extract = await pipeline('feature-extraction', 'model', { dtype: 'fp32', device: 'cpu', session_options });

const ask = (text) => extract(text, { pooling: 'mean', normalize: true });
for (const text of texts.slice(-20)) await ask(text);
const times = [];
const cpu = process.cpuUsage();
const end = performance.now() + seconds * 1000;
let next = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      await ask(texts[next++ % texts.length]);
      times.push(performance.now() - sent);
    }
  }),
);
const tookMs = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const cpuMs = (user + system) / 1000;
console.log(JSON.stringify({ tookMs, cpuMs, times, residentBytes: process.memoryUsage.rss() }));

import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import {
  compiledGraph,
  compiledInt8,
  compiledPrefix,
  isCompiledType,
  weightFileOf,
} from '../../../config/compiledModels.js';
import { HubError } from '../../../config/errors.js';
import { type GraphPart, graphParts, rankGraphs } from '../../../config/graphs.js';
import { externalLocationProblem, fileReader, readOnnxModel } from '../../../indexer/formats/index.js';
import { readTensorIndex } from '../../compile/checkpoint.js';
import { isInt8Graph } from '../../quantise/int8Files.js';
import { readSnapshotJson, sizeOf, unavailable } from '../../snapshot/snapshotFiles.js';

export interface GraphChoice {
  /** Relative to the snapshot, `/` between names. */
  readonly path: string;
  /** `fp32`, `O2`, `int8`, `compiled`…: how exact the graph is, and whether the hub made it. */
  readonly label: string;
  /** Memory that a loaded model takes, estimated from its files. */
  readonly bytes: number;
}

/** Weights, and as much again for what ONNX Runtime packs and allocates beside them (MiniLM: 23 MB of graph take 70). */
const graphFactor = 2;
/** A compiled graph reads float32 where it lies, and what it packs and allocates beside it is little. */
const float32Factor = 1.2;
const tokenizerFactor = 8;
const baseBytes = 16 * 1024 * 1024;

/**
 * The graph to run: the one asked for by path or label, else the most exact. @throws HubError INFERENCE_UNAVAILABLE when
 * there is none, or not the asked one
 */
export async function chooseGraph(folder: string, asked: string | undefined): Promise<GraphChoice> {
  if (asked && isInt8Graph(asked)) return { path: asked, label: compiledInt8, bytes: await memoryOf(folder, asked) };
  const files = await allOnnxFiles(folder);
  const found = rankGraphs(files, await compiles(folder));
  const chosen = asked ? found.find(({ path, label }) => asked === path || asked === label) : found[0];
  if (chosen) return { path: chosen.path, label: chosen.label, bytes: await memoryOf(folder, chosen.path) };
  const names = found.map(({ path }) => path).join(', ');
  if (names === '')
    throw unavailable('it has no ONNX graph (model.onnx or onnx/model*.onnx), and no checkpoint that is compiled');
  throw unavailable(`it has no graph "${asked}"; its graphs are ${names}`);
}

/** Whether the hub made the graph itself: of the checkpoint, or of that in int8. */
export function isCompiled(graph: string): boolean {
  return graph === compiledGraph || isInt8Graph(graph);
}

/** Whether the snapshot holds a checkpoint of a kind that is compiled. */
async function compiles(folder: string): Promise<boolean> {
  const config = await readSnapshotJson(folder, 'config.json');
  return isCompiledType(config?.model_type) && weightFileOf(await readdir(folder)) !== null;
}

/** The files of the graph `path` with their names, relative to the snapshot. */
export async function graphFilesOf(folder: string, path: string): Promise<readonly GraphPart[]> {
  return graphParts(path, await allOnnxFiles(folder));
}

async function allOnnxFiles(folder: string): Promise<readonly string[]> {
  return [...(await onnxFiles(folder, '')), ...(await onnxFiles(folder, 'onnx/'))];
}

async function onnxFiles(folder: string, place: string): Promise<readonly string[]> {
  const names = await readdir(path.join(folder, place)).catch(() => []);
  return names.filter((name) => name.endsWith('.onnx') && !name.startsWith(compiledPrefix)).map((name) => place + name);
}

/** Bytes of the weights and the tokenizer, each by what it grows to. */
async function memoryOf(folder: string, graph: string): Promise<number> {
  const weights = isCompiled(graph)
    ? await checkpointBytes(folder)
    : graphFactor * (await bytesOfFiles(await graphFiles(folder, graph)));
  const tokenizer = (await sizeOf(path.join(folder, 'tokenizer.json'))) ?? 0;
  return Math.ceil(weights + tokenizer * tokenizerFactor + baseBytes);
}

/** What the weights of a checkpoint grow to: narrower types are widened to float32. */
async function checkpointBytes(folder: string): Promise<number> {
  const isPickled = weightFileOf(await readdir(folder))?.startsWith('pytorch_model');
  // A checkpoint that cannot be read is refused by its load, which says why.
  const tensors = isPickled ? [] : await readTensorIndex(folder).catch(() => []);
  if (tensors.length === 0) return graphFactor * (await bytesOfFiles(await checkpointFiles(folder)));
  return tensors.reduce(
    (sum, { dtype, sizeBytes }) => sum + sizeBytes * (dtype === 'F32' ? float32Factor : graphFactor),
    0,
  );
}

async function bytesOfFiles(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(sizeOf));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function graphFiles(folder: string, graph: string): Promise<readonly string[]> {
  const parts = await graphFilesOf(folder, graph);
  const external = await Promise.all(parts.map(({ path }) => externalFilesOf(folder, path)));
  return [...parts.map((part) => path.join(folder, part.path)), ...new Set(external.flat())];
}

async function checkpointFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const weights = names.filter((name) => /\.safetensors$/.test(name));
  const read = weights.length > 0 ? weights : names.filter((name) => /^pytorch_model.*\.bin$/.test(name));
  return read.map((name) => path.join(folder, name));
}

/**
 * Files with the graph's external data, absolute. ONNX Runtime follows the paths in a graph by itself, so a graph whose
 * paths leave the snapshot must not reach it. @throws HubError INFERENCE_UNAVAILABLE
 */
async function externalFilesOf(folder: string, graph: string): Promise<readonly string[]> {
  const reader = await fileReader(path.join(folder, graph));
  try {
    const { externalFiles } = await readOnnxModel(graph, reader);
    return await Promise.all(externalFiles.map((location) => externalFile(folder, graph, location)));
  } catch (error) {
    if (error instanceof HubError && error.code === 'WEIGHT_HEADER_INVALID') throw unavailable(error.message);
    throw error;
  } finally {
    await reader.close();
  }
}

async function externalFile(folder: string, graph: string, location: string): Promise<string> {
  const problem = externalLocationProblem(location);
  if (problem) throw unavailable(`${graph} names the external data "${location.slice(0, 200)}": ${problem}`);
  const file = path.join(folder, path.dirname(graph), location);
  const real = await realpath(file).catch(() => null);
  if (real === null) throw unavailable(`${graph} needs ${location}, which is not in the repository`);
  if (real.startsWith((await realpath(folder)) + path.sep)) return file;
  throw unavailable(`${graph} names the external data "${location}": it leaves the folder of the model`);
}

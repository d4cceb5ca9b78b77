import { createHash, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compiledPrefix } from '../../config/compiledModels.js';
import { isJsonObject } from '../../config/jsonObject.js';
import { type JsonObject, readSnapshotJson, textOf } from '../snapshot/snapshotFiles.js';
import { architectureOf, architectures } from './architectures/index.js';
import { readTensorIndex, readTensors } from './checkpoint.js';
import { Config } from './config.js';
import { type OnnxGraph, writeOnnx } from './onnxWriter.js';
import { refusal } from './refusal.js';
import { type Architecture, type Head, heads, type NamedGraph } from './types.js';
import { type StoredTensor, Weights } from './weights.js';

/** A graph of a compiled model on disk. */
export interface CompiledFile {
  /** As optimum names it, without its ending: `model`, `encoder_model`… */
  readonly name: string;
  /** Relative to the snapshot's folder. */
  readonly file: string;
}

/**
 * Compiles the checkpoint of a snapshot and writes its graphs beside it: the weights stay where they were pushed. Building
 * takes milliseconds, so it is done at each load and a file is never stale; what is there with the same bytes is kept.
 * @throws HubError INFERENCE_UNAVAILABLE naming the tensor or the key of config.json that was not understood
 */
export async function compileSnapshot(folder: string): Promise<readonly CompiledFile[]> {
  const json = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const tensors = await readTensors(folder);
  const key = contentKey(json, tensors);
  const files: CompiledFile[] = [];
  for (const { name, graph } of buildGraphs(json, tensors)) {
    const file = `${compiledPrefix}${key}.${name}.onnx`;
    await writeIfNew(path.join(folder, file), writeOnnx(graph.build(name)));
    files.push({ name, file });
  }
  return files;
}

/**
 * Plans all that `compileSnapshot` would write, and writes nothing: it reads config.json and the index of the tensors, no
 * weights. @throws HubError as compileSnapshot
 */
export async function planSnapshot(folder: string): Promise<readonly OnnxGraph[]> {
  const json = (await readSnapshotJson(folder, 'config.json')) ?? {};
  return buildGraphs(json, await readTensorIndex(folder)).map(({ name, graph }) => graph.build(name));
}

/**
 * The graphs of a checkpoint. `isWhole: false` takes a config.json that was cut to fewer layers, and leaves the tensors of
 * the others. @throws HubError INFERENCE_UNAVAILABLE
 */
export function buildGraphs(
  json: JsonObject,
  tensors: readonly StoredTensor[],
  { isWhole = true } = {},
): readonly NamedGraph[] {
  const modelType = textOf(json.model_type) ?? '';
  const architecture = architectureOf(modelType);
  if (!architecture)
    throw refusal(`config.json says the model_type "${modelType.slice(0, 100)}"; compiled are ${known()}`);
  // Its tensors would be packed numbers: that they have the names and some of the shapes of others must not mislead.
  if (isJsonObject(json.quantization_config))
    throw refusal('config.json has a quantization_config; compiled are checkpoints that are not quantised');
  const head = headOf(json, architecture) ?? headByTensors(json, tensors, architecture);
  const source = { config: new Config(json), weights: new Weights(tensors), head };
  const graphs = architecture.build(source);
  if (isWhole) for (const weights of new Set(graphs.map(({ graph }) => graph.weights))) weights.refuseUnused();
  return graphs;
}

/** The class of a checkpoint: as config.json names it, else the head that its tensors tell. @throws HubError INFERENCE_UNAVAILABLE */
export function classNameOf(json: JsonObject, tensors: readonly StoredTensor[]): string {
  const [name] = Array.isArray(json.architectures) ? json.architectures : [];
  if (typeof name === 'string') return name;
  const architecture = architectureOf(textOf(json.model_type) ?? '');
  return architecture ? headByTensors(json, tensors, architecture) : '';
}

function known(): string {
  return architectures.flatMap(({ modelTypes }) => modelTypes).join(', ');
}

/** What the class name ends with; null when config.json names no class. @throws HubError INFERENCE_UNAVAILABLE */
function headOf(json: JsonObject, { heads: known }: Architecture): Head | null {
  const [name] = Array.isArray(json.architectures) ? json.architectures : [];
  if (typeof name !== 'string') return null;
  const head = heads.filter((ending) => name.endsWith(ending)).sort((a, b) => b.length - a.length)[0];
  if (head && known.includes(head)) return head;
  throw refusal(
    `config.json names the class "${name.slice(0, 100)}"; of this model type ${known.join(', ')} are compiled`,
  );
}

/**
 * The head that the tensors tell; else the one that writes where its words are those of the body, which Python's pipelines then
 * give it; else none: the body. @throws HubError INFERENCE_UNAVAILABLE when they tell two
 */
function headByTensors(json: JsonObject, tensors: readonly StoredTensor[], architecture: Architecture): Head {
  const { headTraces = [] } = architecture;
  const found = headTraces.filter(([trace]) => tensors.some(({ name }) => trace.test(name))).map(([, head]) => head);
  const [head, other] = new Set(found);
  if (other === undefined)
    return head ?? classifierHead(tensors, architecture) ?? writingHead(json, tensors, architecture) ?? 'Model';
  throw refusal(`config.json names no class in "architectures", and its tensors may be those of ${head} or ${other}`);
}

/**
 * The head of a `classifier` that is a single layer: that of tokens, unless there is a layer before it that heads of texts read
 * (and that old files of heads of tokens have as well). @throws HubError INFERENCE_UNAVAILABLE when it may be either
 */
function classifierHead(tensors: readonly StoredTensor[], { heads: known }: Architecture): Head | null {
  const has = (trace: RegExp) => tensors.some(({ name }) => trace.test(name));
  if (!known.includes('ForTokenClassification') || !has(/^classifier\.weight$/)) return null;
  if (!known.includes('ForSequenceClassification') || !has(/(^|\.)pooler\.|^head\./)) return 'ForTokenClassification';
  throw refusal(
    'config.json names no class in "architectures", and the tensor classifier.weight may classify texts or tokens: add a ' +
      'class that ends with ForSequenceClassification or ForTokenClassification',
  );
}

function writingHead(
  json: JsonObject,
  tensors: readonly StoredTensor[],
  { heads: known, tiesWords = false }: Architecture,
): Head | null {
  const head = known.find((one) => writingHeads.has(one)) ?? null;
  if (head === null || !known.includes('Model')) return head;
  const isHalf = head === 'ForConditionalGeneration' && !tensors.some(({ name }) => /(^|\.)decoder\./.test(name));
  return !isHalf && new Config(json).flag('tie_word_embeddings', tiesWords) ? head : null;
}

const writingHeads: ReadonlySet<Head> = new Set(['ForCausalLM', 'LMHeadModel', 'ForConditionalGeneration', 'MTModel']);

/** Stands for what the graph is made of. */
export function contentKey(json: JsonObject, tensors: readonly StoredTensor[]): string {
  return createHash('sha256')
    .update(JSON.stringify([json, tensors]))
    .digest('hex')
    .slice(0, 16);
}

async function writeIfNew(file: string, bytes: Buffer): Promise<void> {
  const there = await readFile(file).catch(() => null);
  if (there?.equals(bytes)) return;
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, file);
}

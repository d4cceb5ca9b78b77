import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { fileReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { rewritePickle } from '../../compile/pickledWeights.js';
import {
  type Activation,
  activations,
  type Dense,
  type PoolingMode,
  type SentenceModules,
  type VectorStep,
} from '../../pipelines/model.js';
import { floatsOf, isFloatType } from '../../snapshot/numberFormats.js';
import {
  type JsonObject,
  numberOf,
  objectOf,
  parseJson,
  readSnapshotJson,
  readSnapshotText,
  sizeOf,
  textOf,
} from '../../snapshot/snapshotFiles.js';

const poolingKeys: Readonly<Record<string, PoolingMode>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

const sentenceConfigs = [
  'sentence_bert_config.json',
  'sentence_roberta_config.json',
  'sentence_distilbert_config.json',
  'sentence_camembert_config.json',
  'sentence_albert_config.json',
  'sentence_xlm-roberta_config.json',
  'sentence_xlnet_config.json',
];

/** The modules of a sentence-transformers repository (`modules.json` and the folders that it names), or null. */
export async function readSentenceModules(folder: string): Promise<SentenceModules | null> {
  const text = await readSnapshotText(folder, 'modules.json');
  const parsed = text === null ? null : parseJson(text, 'modules.json');
  if (!Array.isArray(parsed)) return null;
  const modules = parsed.map(objectOf);
  const settings = await firstJson(folder, sentenceConfigs);
  const general = objectOf(await readSnapshotJson(folder, 'config_sentence_transformers.json'));
  const poolingFolder = modules.find((module) => moduleName(module) === 'Pooling')?.path;
  const { steps, notRun } = await readSteps(folder, modules);
  return {
    ...(await readPooling(folder, textOf(poolingFolder))),
    steps,
    notRun,
    lowerCase: settings?.do_lower_case === true,
    maxLength: numberOf(settings?.max_seq_length),
    prompts: new Map(
      Object.entries(objectOf(general.prompts)).flatMap(([name, prompt]) =>
        typeof prompt === 'string' ? [[name, prompt] as const] : [],
      ),
    ),
    defaultPrompt: textOf(general.default_prompt_name),
  };
}

/** What stands behind the pooling, in its order; `notRun` is the first reason why it cannot be run here. */
async function readSteps(
  folder: string,
  modules: readonly JsonObject[],
): Promise<Pick<SentenceModules, 'steps' | 'notRun'>> {
  const steps: VectorStep[] = [];
  let notRun: string | null = null;
  let room = maxDenseNumbers;
  for (const module of modules) {
    if (withoutStep.has(moduleName(module))) continue;
    const step = await stepOf(folder, module, room);
    if (step !== 'Normalize' && 'reason' in step) {
      notRun ??= step.reason;
      continue;
    }
    if (step !== 'Normalize') room -= step.weights.length;
    steps.push(step);
  }
  return { steps, notRun };
}

/** The graph holds the first, `pooling` says the second, and the third does nothing after training. */
const withoutStep = new Set(['Transformer', 'Pooling', 'Dropout']);

/** Most weights of all dense modules of a model together: they are read into memory beside the graph. */
const maxDenseNumbers = 2 ** 24;

interface NotRun {
  readonly reason: string;
}

async function stepOf(folder: string, module: JsonObject, room: number): Promise<VectorStep | NotRun> {
  const name = moduleName(module);
  if (name === 'Normalize') return name;
  return name === 'Dense' ? readDense(folder, module, room) : notRunHere(name);
}

function notRunHere(name: string): NotRun {
  return { reason: `its module ${name} is not run here` };
}

/** A dense module with its weights, or why it is not run. */
async function readDense(folder: string, module: JsonObject, room: number): Promise<Dense | NotRun> {
  const place = textOf(module.path) ?? '';
  if (!isFolderName(place)) return notRunHere('Dense');
  const no = (reason: string): NotRun => ({ reason: `its module ${place} ${reason}` });
  const config = (await readSnapshotJson(folder, `${place}/config.json`)) ?? {};
  const named = textOf(config.activation_function) ?? 'Tanh';
  const activation = named.split('.').at(-1)!;
  if (!isActivation(activation)) return no(`has the activation ${named.slice(0, 100)}, which is not run here`);
  const reads = textOf(config.module_input_name) ?? 'sentence_embedding';
  if (reads !== 'sentence_embedding') return no(`reads ${reads.slice(0, 100)}, which is not run here`);
  try {
    const file = await weightFileOf(folder, place);
    if (file === null) return no('has neither model.safetensors nor pytorch_model.bin');
    const weights = await readTensor(folder, file, 'linear.weight', 2, room);
    const [outputs, inputs] = weights?.shape ?? [];
    if (!weights || !outputs || !inputs)
      return no('has no matrix linear.weight in F32, F16 or BF16, or too large a one');
    const bias = await readTensor(folder, file, 'linear.bias', 1, outputs);
    if (!bias && config.bias !== false)
      return no('has no vector linear.bias, and its config.json does not say "bias": false');
    if (bias && bias.numbers.length !== outputs) return no('has a linear.bias that does not fit its linear.weight');
    return { name: place, inputs, outputs, weights: weights.numbers, bias: bias?.numbers ?? null, activation };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.code === 'WEIGHT_HEADER_INVALID') return no(error.message);
    if (error.code === 'INFERENCE_UNAVAILABLE') return no(`is not read: ${error.details.reason}`);
    throw error;
  }
}

/** The file of a module's weights, relative to the snapshot; pickles are rewritten first. @throws HubError INFERENCE_UNAVAILABLE */
async function weightFileOf(folder: string, place: string): Promise<string | null> {
  const isThere = async (name: string) => (await sizeOf(path.join(folder, place, name))) !== null;
  if (await isThere('model.safetensors')) return `${place}/model.safetensors`;
  if (!(await isThere('pytorch_model.bin'))) return null;
  return `${place}/${await rewritePickle(path.join(folder, place), ['pytorch_model.bin'])}`;
}

function isActivation(name: string): name is Activation {
  return (activations as readonly string[]).includes(name);
}

/** The numbers of a tensor with so many dimensions and at most `most` elements; null when there is none. */
async function readTensor(
  folder: string,
  file: string,
  name: string,
  rank: number,
  most: number,
): Promise<{ readonly numbers: Float32Array; readonly shape: readonly number[] } | null> {
  const reader = await fileReader(path.join(folder, file));
  try {
    const header = await readWeightHeader(file, reader);
    const tensor = header?.tensors.find((one) => one.name === name);
    if (!tensor || tensor.shape.length !== rank || !isFloatType(tensor.dtype)) return null;
    if (tensor.shape.reduce((product, size) => product * size, 1) > most) return null;
    const bytes = await reader.read(tensor.offset ?? 0, tensor.sizeBytes ?? 0);
    return { numbers: floatsOf(tensor.dtype, bytes), shape: tensor.shape };
  } finally {
    await reader.close();
  }
}

function moduleName(module: JsonObject): string {
  return (textOf(module.type) ?? '').split('.').at(-1) ?? '';
}

async function readPooling(
  folder: string,
  place: string | null,
): Promise<Pick<SentenceModules, 'pooling' | 'poolsPrompt'>> {
  const name = place && isFolderName(place) ? place : '1_Pooling';
  const config = (await readSnapshotJson(folder, `${name}/config.json`)) ?? {};
  const modes = Object.entries(poolingKeys).flatMap(([key, mode]) => (config[key] === true ? [mode] : []));
  return { pooling: modes.length > 0 ? modes : ['mean'], poolsPrompt: config.include_prompt !== false };
}

/** A module's path is a pusher's text: only a plain folder name is followed. */
function isFolderName(place: string): boolean {
  return /^[\w-]+$/.test(place);
}

async function firstJson(folder: string, names: readonly string[]): Promise<JsonObject | null> {
  for (const name of names) {
    const found = await readSnapshotJson(folder, name);
    if (found) return found;
  }
  return null;
}

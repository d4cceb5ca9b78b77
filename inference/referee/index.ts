import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compiledPrefix } from '../../config/compiledModels.js';
import { HubError } from '../../config/errors.js';
import { readTensors } from '../compile/checkpoint.js';
import { Config } from '../compile/config.js';
import type { GraphBuilder } from '../compile/graphBuilder.js';
import { buildGraphs, classNameOf } from '../compile/index.js';
import { writeOnnx } from '../compile/onnxWriter.js';
import { GraphSession } from '../runner/models/graphSession.js';
import { type JsonObject, readSnapshotJson, textOf } from '../snapshot/snapshotFiles.js';
import type { Verdict } from '../types.js';
import { cutTo, layersOf } from './depth.js';
import { extentOf, wordsCost } from './extent.js';
import { audioSpectrogramReferee } from './forwards/audioSpectrogramTransformer.js';
import { bartReferees } from './forwards/bart.js';
import { bertReferees } from './forwards/bert.js';
import { bloomReferee } from './forwards/bloom.js';
import { clipReferees } from './forwards/clip.js';
import { convnextReferees } from './forwards/convnext.js';
import { debertaReferees } from './forwards/deberta.js';
import { depthAnythingReferee } from './forwards/depthAnything.js';
import { detrReferee } from './forwards/detr.js';
import { dinov2Referee } from './forwards/dinov2.js';
import { dptReferee } from './forwards/dpt.js';
import { gpt2Referee } from './forwards/gpt2.js';
import { llamaReferees } from './forwards/llama.js';
import { modernBertReferee } from './forwards/modernBert.js';
import { neoxReferee } from './forwards/neox.js';
import { nomicBertReferee } from './forwards/nomicBert.js';
import { optReferee } from './forwards/opt.js';
import { phiReferee } from './forwards/phi.js';
import { resnetReferee } from './forwards/resnet.js';
import { segformerReferee } from './forwards/segformer.js';
import { siglipReferees } from './forwards/siglip.js';
import { swinReferee } from './forwards/swin.js';
import { swinV2Referee } from './forwards/swinV2.js';
import { t5Referees } from './forwards/t5.js';
import { tapasReferee } from './forwards/tapas.js';
import { viltReferee } from './forwards/vilt.js';
import { visionEncoderDecoderReferee } from './forwards/visionEncoderDecoder/index.js';
import { visionTransformerReferees } from './forwards/visionTransformer.js';
import { vitsReferee } from './forwards/vits/index.js';
import { wav2vec2Referees } from './forwards/wav2vec2.js';
import { whisperReferees } from './forwards/whisper.js';
import { writingBertReferees } from './forwards/writingBert.js';
import { yolosReferee } from './forwards/yolos.js';
import { changed, shortened } from './shorten.js';
import { StoredWeights } from './storedWeights.js';
import type { Feeds, PassedGraph, Referee } from './types.js';
import { tooLarge, unable } from './unable.js';
import { type Difference, differenceOf, verdictOf } from './verdict.js';

/** A new family is a file in `forwards/` and a row here. */
const referees: readonly Referee[] = [
  ...writingBertReferees,
  ...bertReferees,
  ...debertaReferees,
  modernBertReferee,
  nomicBertReferee,
  tapasReferee,
  ...llamaReferees,
  gpt2Referee,
  neoxReferee,
  bloomReferee,
  optReferee,
  phiReferee,
  ...bartReferees,
  ...t5Referees,
  ...visionTransformerReferees,
  resnetReferee,
  audioSpectrogramReferee,
  ...wav2vec2Referees,
  ...whisperReferees,
  ...clipReferees,
  ...siglipReferees,
  ...convnextReferees,
  segformerReferee,
  swinReferee,
  swinV2Referee,
  detrReferee,
  yolosReferee,
  dptReferee,
  dinov2Referee,
  depthAnythingReferee,
  viltReferee,
  vitsReferee,
  visionEncoderDecoderReferee,
];

/** Multiplications that one comparison may take: a few seconds of one core, and some 100 million weights in memory. */
export const maxCost = 2.5e9;
/** One layer is passed whatever it takes, up to this many: some minutes of one core. */
const maxLayerCost = 20 * maxCost;

/** Of anything further from 0 float32 has no square, which norms take; the referee adds up in double precision, and may get by. */
const largestSquared = 2 ** 64;

export function refereeOf(modelType: string, className = ''): Referee | null {
  const ofType = referees.filter(({ modelTypes }) => modelTypes.includes(modelType));
  return ofType.find(({ classes }) => classes?.test(className) ?? true) ?? null;
}

/**
 * Compares the compiled graph of a snapshot with a forward pass that was written apart from it: all layers, or for large
 * models the first ones, with the head upon the last of them if it is not too large itself. Null when nobody wrote a forward pass for this family.
 * @throws HubError INFERENCE_UNAVAILABLE, with `isTooLarge` where a comparison would take more than it may
 */
export async function verifySnapshot(
  folder: string,
  build: typeof buildGraphs = buildGraphs,
  cost = maxCost,
  layerCost = maxLayerCost,
): Promise<Verdict | null> {
  const pushed = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const stored = await readTensors(folder);
  const className = classNameOf(pushed, stored);
  const referee = refereeOf(textOf(pushed.model_type) ?? '', className);
  if (!referee) return null;
  const { json, tensors } = shortened(referee, { json: pushed, tensors: stored });
  const layers = layersOf(json, referee);
  const costOfOne = referee.layerCost(new Config(json));
  if (costOfOne > layerCost)
    throw tooLarge(`one layer takes ${billions(costOfOne)} billion multiplications, of at most ${billions(layerCost)}`);
  const { depth, hasHead } = extentOf(layers, costOfOne, wordsCost(className, tensors), cost);
  const isWhole = depth === layers;
  const passedJson = isWhole ? json : cutOf(json, referee, depth);
  const config = new Config(passedJson);
  const feeds = referee.feeds(config);
  const weights = new StoredWeights(folder, tensors);
  const passed = await referee.forward({ config, weights, feeds, depth, hasHead, className });
  const graphs = build(passedJson, tensors, { isWhole });
  const parts = new Map<string, Difference>();
  for (let part: PassedGraph | undefined = { ...passed, graph: referee.graph, feeds }; part; part = part.further) {
    const { graph: name, feeds } = part;
    const { graph } = graphs.find((one) => one.name === name) ?? graphs[0]!;
    addDifferences(parts, part, await runTapped(folder, { graph, feeds, hasHead }), weights.largest);
  }
  return verdictOf(parts, { depth, layers });
}

function billions(multiplications: number): string {
  return (multiplications / 1e9).toPrecision(3);
}

function cutOf(json: JsonObject, referee: Referee, depth: number): JsonObject {
  const { cutAlike = [], whenCut } = referee;
  const alike = cutAlike.map((key) => [
    key,
    Math.min(depth, json[key] === undefined ? depth : layersOf(json, { layersKey: key })),
  ]);
  const cut = { ...cutTo(json, referee, depth), ...Object.fromEntries(alike) };
  return changed(cut, whenCut?.(new Config(json), depth) ?? {});
}

/**
 * Compares everything that a graph gives: a part that only one of the two has would be one that nobody looked at.
 * @throws HubError INFERENCE_UNAVAILABLE naming such a part, or one that is no numbers since the weights are none
 */
function addDifferences(
  parts: Map<string, Difference>,
  { layers, outputs, graph, place = '', note = '' }: PassedGraph,
  got: ReadonlyMap<string, Float32Array>,
  largestWeight: number,
): void {
  const ending = `${graph === 'model' ? '' : ` of ${graph}`}${note}`;
  const labels = new Map([
    ...[...layers.keys()].map((name) => [`tap:${name}`, place + name + note] as const),
    ...[...outputs.keys()].map((name) => [name, `the output ${name}${ending}`] as const),
  ]);
  const alone = [...got.keys()].find((name) => !labels.has(name));
  if (alone !== undefined) throw unable(`the referee does not pass ${alone}${ending}`);
  for (const [name, label] of labels) {
    const found = got.get(name);
    if (!found) throw unable(`the graph does not give ${name}${ending}, which the referee passes`);
    const expected = (outputs.get(name) ?? layers.get(name.replace('tap:', '')))!;
    // Not the graph's fault, so it says nothing of the graph: the model's first answer tells.
    if (expected.some(Number.isNaN) && !Number.isFinite(largestWeight))
      throw new HubError('INFERENCE_UNAVAILABLE', {
        reason: `its weights give numbers that are none (NaN) in ${label}`,
      });
    const overflows = largestWeight > largestSquared || expected.some((value) => !(value < Number.POSITIVE_INFINITY));
    parts.set(label, { ...differenceOf(expected, found), overflows });
  }
}

interface Tapped {
  readonly graph: GraphBuilder;
  readonly feeds: Feeds;
  readonly hasHead: boolean;
}

/** Runs the graph with what its layers give among its outputs, or, without its head, nothing else. */
async function runTapped(folder: string, tapped: Tapped): Promise<ReadonlyMap<string, Float32Array>> {
  const { graph, feeds, hasHead } = tapped;
  const file = path.join(folder, `${compiledPrefix}${process.pid}-${Date.now()}.referee.onnx`);
  await writeFile(file, writeOnnx(graph.build('referee', { taps: hasHead ? 'with' : 'only' })));
  try {
    const session = await GraphSession.open(file, 1);
    const wanted = new Set(session.inputs.map((input) => input.name));
    const inputs = Object.fromEntries(Object.entries(feeds).filter(([input]) => wanted.has(input)));
    const outputs = await session.run(inputs).finally(() => session.release());
    return new Map([...outputs].flatMap(([output, { type, data }]) => (type === 'float32' ? [[output, data]] : [])));
  } finally {
    await rm(file, { force: true });
  }
}

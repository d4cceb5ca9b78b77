import type { Config } from '../../compile/config.js';
import type { ScoreBias } from '../arrays.js';
import { encoderFeeds, overTokens, read, rows } from '../madeTexts.js';
import { NamedWeights } from '../namedWeights.js';
import type { StoredWeights } from '../storedWeights.js';
import { curveNamed, type LayerNames, type LayerShape, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { type TextHeads, textOutputs } from './textHeads.js';

/** A family whose layers are BERT's (arXiv 1810.04805): attention, then feed-forward, each with a norm behind the sum. */
export interface TextFamily {
  readonly modelTypes: readonly string[];
  /** What heads put before the body's names; the body alone has none. */
  readonly prefix: string;
  readonly keys: EncoderKeys;
  /** How tensors are read, where not each part of a layer has its own. */
  readonly read?: (config: Config, weights: StoredWeights, prefixes: readonly string[]) => NamedWeights;
  /** How the graph names a layer. */
  readonly layer: (index: number) => string;
  /** Where a layer's weights are, if not under that name: several may share them. */
  readonly weightsOf?: (config: Config, index: number) => string;
  /** Layers that one of `keys.layers` is. */
  readonly layersOfOne?: (config: Config) => number;
  readonly parts: LayerNames;
  /** The activation where config.json names none; default gelu. */
  readonly curve?: string;
  readonly epsilon: (config: Config) => number;
  /** Inputs, if not two texts. */
  readonly feeds?: (config: Config) => Feeds;
  /** [rows·tokens, size] */
  readonly embed: (pass: NamedWeights, feeds: Feeds) => Promise<Float32Array>;
  /** What scores get besides the mask, the same in all layers. */
  readonly nearness?: (pass: NamedWeights) => Promise<ScoreBias>;
  /** How a layer compares tokens, where its scores are more than the products of queries and keys. */
  readonly comparison?: (pass: NamedWeights) => Promise<Pick<LayerShape, 'relation' | 'scale'>>;
  /** What happens to that which a layer gives, in some layers. */
  readonly behind?: (
    pass: NamedWeights,
    index: number,
    x: Float32Array,
    embedded: Float32Array,
  ) => Promise<Float32Array>;
  readonly heads: TextHeads;
  /** All outputs, where the heads are no usual ones. */
  readonly outputs?: (
    pass: NamedWeights,
    input: ForwardInput,
    x: Float32Array,
  ) => Promise<ReadonlyMap<string, Float32Array>>;
  readonly whenCut?: Referee['whenCut'];
}

interface EncoderKeys {
  readonly size: string;
  readonly layers: string;
  readonly heads: string;
  readonly inner: string;
  readonly curve: string;
}

export function textEncoderReferee(family: TextFamily): Referee {
  const { modelTypes, keys, whenCut, feeds = encoderFeeds } = family;
  return {
    modelTypes,
    graph: 'model',
    layersKey: keys.layers,
    whenCut,
    layerCost: (config) => {
      const size = config.size(keys.size);
      const times = family.layersOfOne?.(config) ?? 1;
      return times * rows * read * (4 * size * size + 2 * size * config.size(keys.inner));
    },
    feeds: (config) => feeds(config),
    forward: (input) => passEncoder(input, family),
  };
}

async function passEncoder(input: ForwardInput, family: TextFamily): Promise<Passed> {
  const { config, weights, feeds, depth, hasHead, className } = input;
  const prefixes = [family.prefix];
  const pass = family.read?.(config, weights, prefixes) ?? new NamedWeights(config, weights, prefixes);
  const embedded = await family.embed(pass, feeds);
  const nearness = await family.nearness?.(pass);
  const shape: LayerShape = {
    batch: rows,
    heads: config.size(family.keys.heads),
    epsilon: family.epsilon(config),
    curve: curveNamed(config, family.keys.curve, family.curve ?? 'gelu'),
    names: family.parts,
    normsFirst: false,
    bias: nearness ? (...at) => overTokens(...at) + nearness(...at) : overTokens,
    ...(await family.comparison?.(pass)),
  };
  const layers = new Map<string, Float32Array>();
  let x = embedded;
  for (let index = 0; index < depth * (family.layersOfOne?.(config) ?? 1); index++) {
    const layer = family.layer(index);
    x = await transformerLayer(pass, family.weightsOf?.(config, index) ?? layer, shape, x);
    x = (await family.behind?.(pass, index, x, embedded)) ?? x;
    layers.set(layer, x);
  }
  if (!hasHead) return { layers, outputs: new Map() };
  const outputs = family.outputs?.(pass, input, x) ?? textOutputs(pass, className, family.heads, x);
  return { layers, outputs: await outputs };
}

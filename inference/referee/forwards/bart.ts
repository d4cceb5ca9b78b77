import type { Config } from '../../compile/config.js';
import { encoderFeeds, idsOf, isPadding, read, rows } from '../madeTexts.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import {
  BartPass,
  type BartTraits,
  bartCross,
  bartDecode,
  type Hidden,
  learned,
  sines,
  sinesOfWords,
} from './bartLayers.js';
import { encoderMemories, shifted, turned, writtenGraphs, writtenIds, writtenWords } from './encoderDecoder.js';
import { readingOutputs } from './textHeads.js';

/** The families built like BART (arXiv 1910.13461). */
interface Family extends BartTraits {
  readonly modelTypes: readonly string[];
  readonly written: (config: Config) => readonly number[];
  readonly hasWordBias: boolean;
  /** What the decoder of a class that reads a text is given of it. */
  readonly read?: typeof shifted;
}

const plain = {
  curve: 'gelu',
  isScaled: false,
  written: (config: Config) => writtenIds(config),
  hasWordBias: true,
} as const;
const families: readonly Family[] = [
  { ...plain, modelTypes: ['bart'], isNormedBefore: false, places: learned(2), embeddingNorm: 'sum' },
  { ...plain, modelTypes: ['mbart'], isNormedBefore: true, places: learned(2), embeddingNorm: 'sum', read: turned },
  { ...plain, modelTypes: ['marian'], isNormedBefore: false, places: sines, embeddingNorm: 'none' },
  { ...plain, modelTypes: ['pegasus'], isNormedBefore: true, places: sines, embeddingNorm: 'none' },
  { ...plain, modelTypes: ['blenderbot'], isNormedBefore: true, places: learned(0), embeddingNorm: 'none' },
  {
    ...plain,
    modelTypes: ['blenderbot-small'],
    isNormedBefore: false,
    places: learned(0),
    embeddingNorm: 'words in the decoder',
  },
  {
    modelTypes: ['m2m_100'],
    isNormedBefore: true,
    places: sinesOfWords,
    embeddingNorm: 'none',
    curve: 'relu',
    isScaled: true,
    written: (config) => writtenWords(config, 1),
    hasWordBias: false,
  },
];

export const bartReferees: readonly Referee[] = families.map((family) => ({
  modelTypes: family.modelTypes,
  graph: 'encoder_model',
  layersKey: 'encoder_layers',
  cutAlike: ['decoder_layers'],
  layerCost: (config) => {
    const size = config.size('d_model', 1024);
    const inner = config.size('encoder_ffn_dim', 4096) + config.size('decoder_ffn_dim', 4096);
    return rows * read * (12 * size * size + 2 * size * inner);
  },
  feeds: encoderFeeds,
  forward: (input) => passBart(input, new BartPass(input.config, input.weights, family, rows), family),
}));

const isHidden: Hidden = (row, _, key) => isPadding(row * read + key);

async function passBart(input: ForwardInput, pass: BartPass, family: Family): Promise<Passed> {
  const { config, feeds, depth, hasHead, className } = input;
  const layers = new Map<string, Float32Array>();
  const ids = idsOf(feeds);
  const encoded = await encode(pass, ids, depth, layers);
  const decoderLayers = config.size('decoder_layers', 12);
  const cross = await bartCross(pass, decoderLayers, encoded);
  if (!/(ForConditionalGeneration|MTModel)$/.test(className)) {
    const given = (family.read ?? shifted)(config, ids, 2);
    const decoded = await bartDecode(pass, given, cross, isHidden);
    const outputs = hasHead ? await readingOutputs(pass, className, decoded.x) : new Map();
    return { layers: new Map([...layers, ...decoded.layers]), outputs };
  }
  const heads = pass.heads('decoder');
  const outputs = hasHead ? [['last_hidden_state', encoded] as const, ...encoderMemories(cross, heads)] : [];
  const written = family.written(config);
  const { x, ...decoded } = await bartDecode(pass, written, cross, isHidden);
  const further = writtenGraphs({
    ...{ ...decoded, cross, heads, hasHead, ids: written },
    feeds: { encoder_attention_mask: feeds.attention_mask! },
    outputs: hasHead ? await writingOutputs(pass, family, x) : new Map(),
  });
  return { layers, outputs: new Map(outputs), further };
}

async function encode(
  pass: BartPass,
  ids: readonly number[],
  depth: number,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  let x = await pass.embed('encoder', ids);
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layers.${layer}`;
    const own = `${name}.self_attn`;
    x = await pass.around(`${own}_layer_norm`, x, async (one) =>
      pass.look('encoder', own, one, await pass.keysOf(own, one), isHidden),
    );
    x = await pass.feedForward(name, x);
    layers.set(name, x);
  }
  return pass.finish('encoder', x);
}

async function writingOutputs(pass: BartPass, family: Family, x: Float32Array): Promise<Map<string, Float32Array>> {
  const bias = family.hasWordBias ? await pass.readOrNull('final_logits_bias') : null;
  return new Map([
    ['last_hidden_state', x],
    ['logits', await pass.logits(x, bias)],
  ]);
}

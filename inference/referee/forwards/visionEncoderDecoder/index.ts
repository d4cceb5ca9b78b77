import type { Config } from '../../../compile/config.js';
import { textOf } from '../../../snapshot/snapshotFiles.js';
import { Tensors } from '../../tensors.js';
import type { ForwardInput, Passed, Referee } from '../../types.js';
import { unable } from '../../unable.js';
import { encoderMemories, tokensWritten, writtenGraphs } from '../encoderDecoder.js';
import { bartLikeDecoder, trocrDecoder } from './bartDecoder.js';
import { bertDecoder, robertaDecoder } from './bertDecoder.js';
import { type Encoded, type ImageEncoder, imageEncoders } from './encoders.js';
import { gpt2Decoder } from './gpt2Decoder.js';
import type { TextDecoder } from './textDecoder.js';

/** Decoders by their `model_type`. */
const textDecoders: Readonly<Record<string, TextDecoder>> = {
  gpt2: gpt2Decoder,
  bert: bertDecoder,
  roberta: robertaDecoder,
  'xlm-roberta': robertaDecoder,
  trocr: trocrDecoder,
  bart: bartLikeDecoder({ isNormedBefore: false }),
  mbart: bartLikeDecoder({ isNormedBefore: true }),
};

/** An encoder of images and a decoder that writes about them, each of a family of its own. */
export const visionEncoderDecoderReferee: Referee = {
  modelTypes: ['vision-encoder-decoder'],
  graph: 'encoder_model',
  parts: ['encoder', 'decoder'],
  layersKey: (part) => partOf({ ...imageEncoders, ...textDecoders }, textOf(part.model_type)).layersKey,
  shorten: (config) => {
    const { json, tables } = encoderOf(config).referee.shorten?.(config.part('encoder')) ?? { json: {}, tables: [] };
    return { json: { encoder: json }, tables };
  },
  layerCost: (config) => {
    const decoderConfig = config.part('decoder');
    const decoder = decoderOf(config);
    const size = decoder.size(decoderConfig);
    // The images' tokens are made keys and values of; two images are passed at most.
    const perToken = 8 * size * size + 2 * size * decoder.inner(decoderConfig);
    return encoderOf(config).referee.layerCost(config.part('encoder')) + 4 * tokensWritten * perToken;
  },
  feeds: (config) => encoderOf(config).referee.feeds(config.part('encoder')),
  forward: passPair,
};

function encoderOf(config: Config): ImageEncoder {
  return partOf(imageEncoders, config.part('encoder').text('model_type', 'vit'));
}

function decoderOf(config: Config): TextDecoder {
  return partOf(textDecoders, config.part('decoder').text('model_type', 'gpt2'));
}

function partOf<T>(table: Readonly<Record<string, T>>, modelType: string | null): T {
  const part = modelType !== null && Object.hasOwn(table, modelType) ? table[modelType] : undefined;
  if (!part) throw unable(`the referee has no part ${String(modelType).slice(0, 100)}`);
  return part;
}

async function passPair(input: ForwardInput): Promise<Passed> {
  const { config, weights, feeds, depth, hasHead } = input;
  const encoded = await encoderOf(config).pass({
    ...{ feeds, depth },
    config: config.part('encoder'),
    weights: weights.within('encoder.'),
  });
  const {
    scores,
    heads,
    cross,
    x: _,
    ...text
  } = await decoderOf(config).pass({
    config: config.part('decoder'),
    weights: weights.within('decoder.'),
    images: feeds.pixel_values!.dims[0]!,
    encoded: await projected(input, encoded),
    depth,
  });
  const outputs = hasHead ? [['last_hidden_state', encoded.tokens] as const, ...encoderMemories(cross, heads)] : [];
  return {
    place: 'encoder.',
    layers: encoded.layers,
    outputs: new Map(outputs),
    further: writtenGraphs({
      ...{ ...text, cross, heads, hasHead },
      place: 'decoder.',
      outputs: new Map(hasHead ? [['logits', await scores()]] : []),
    }),
  };
}

/** The encoder's tokens as the decoder looks at them: its own size, unless its keys and values are made for theirs. */
async function projected({ config, weights }: ForwardInput, { tokens }: Encoded): Promise<Float32Array> {
  const size = encoderOf(config).size(config.part('encoder'));
  const decoderConfig = config.part('decoder');
  if (decoderConfig.has('cross_attention_hidden_size') || size === decoderOf(config).size(decoderConfig)) return tokens;
  return new Tensors(weights).dense('enc_to_dec_proj', tokens);
}

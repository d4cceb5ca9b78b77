import { encoderKeys, writingDecoder } from '../../blocks/encoderDecoder.js';
import { linear } from '../../blocks/linear.js';
import type { Config } from '../../config.js';
import { GraphBuilder, type Value } from '../../graphBuilder.js';
import type { Architecture, NamedGraph, Source } from '../../types.js';
import { bartLikeDecoder, trocrDecoder } from './bartDecoder.js';
import { bertDecoder, robertaDecoder } from './bertDecoder.js';
import { type ImageEncoder, imageEncoders } from './encoders.js';
import { gpt2Decoder } from './gpt2Decoder.js';
import type { WritingDecoder } from './writingDecoder.js';

/** An encoder of images and a decoder that writes, as transformers' `modeling_vision_encoder_decoder` joins them. */
export const visionEncoderDecoder: Architecture = {
  modelTypes: ['vision-encoder-decoder'],
  heads: ['Model'],
  build: buildPair,
};

/** Decoders by their `model_type`. */
const decoders = {
  gpt2: gpt2Decoder,
  bert: bertDecoder,
  roberta: robertaDecoder,
  'xlm-roberta': robertaDecoder,
  trocr: trocrDecoder,
  bart: (config: Config) => bartLikeDecoder(config, { normsBefore: false }),
  mbart: (config: Config) => bartLikeDecoder(config, { normsBefore: true }),
} as const satisfies Readonly<Record<string, (config: Config) => WritingDecoder>>;

function buildPair({ config, weights }: Source): readonly NamedGraph[] {
  const own = weights.renamed(decoderName);
  const encoderConfig = config.part('encoder');
  const decoderConfig = config.part('decoder');
  const encoder = imageEncoders[encoderConfig.choice('model_type', keysOf(imageEncoders), 'vit')];
  const decoder = decoders[decoderConfig.choice('model_type', keysOf(decoders), 'gpt2')](decoderConfig);
  const encode = (g: GraphBuilder) => g.within('encoder.', () => encoder(g, encoderConfig));
  return [
    { name: 'encoder_model', graph: encoderGraph(new GraphBuilder(own), decoder, encode) },
    { name: 'decoder_model_merged', graph: decoderGraph(new GraphBuilder(own), decoder) },
  ];
}

/** Decoders keep their body under a name of its own, and TrOCR calls the last layer otherwise. */
function decoderName(name: string): string {
  return name
    .replace(/^decoder\.(transformer|bert|roberta|model)\./, 'decoder.')
    .replace(/^decoder\.output_projection\./, 'decoder.lm_head.');
}

function keysOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

function encoderGraph(
  g: GraphBuilder,
  decoder: WritingDecoder,
  encode: (g: GraphBuilder) => ImageEncoder,
): GraphBuilder {
  const { tokens, size } = encode(g);
  g.output('last_hidden_state', tokens, ['batch_size', 'encoder_sequence_length', size]);
  const seen = projected(g, decoder, tokens, size);
  g.within('decoder.', () => encoderKeys(g, decoder.layers, decoder, (layer) => decoder.keysOf(g, seen, layer)));
  return g;
}

/** Tokens of another size than the decoder's own go through a layer, unless its keys and values are made for them. */
function projected(g: GraphBuilder, { crossSize }: WritingDecoder, tokens: Value, size: number): Value {
  if (size === crossSize) return tokens;
  return linear(g, tokens, 'enc_to_dec_proj', { inputs: size, outputs: crossSize });
}

function decoderGraph(g: GraphBuilder, decoder: WritingDecoder): GraphBuilder {
  const state = writingDecoder(g, decoder, { masked: false });
  const logits = g.within('decoder.', () => decoder.scores(g, state));
  g.output('logits', logits, ['batch_size', 'decoder_sequence_length', decoder.words]);
  state.outputs();
  return g;
}

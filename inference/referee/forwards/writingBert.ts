import { add, addRow } from '../arrays.js';
import type { Referee } from '../types.js';
import { bertHeads, bertParts, electraHeads, epsilon, robertaHeads } from './bert.js';
import { type DecoderPass, decoderReferee, placeOf } from './decoder.js';
import { type TextHeads, wordScores } from './textHeads.js';

interface Kind {
  readonly modelTypes: readonly string[];
  readonly prefix: string;
  readonly heads: TextHeads;
}

const kinds: readonly Kind[] = [
  { modelTypes: ['bert'], prefix: 'bert.', heads: bertHeads },
  { modelTypes: ['roberta', 'xlm-roberta', 'camembert'], prefix: 'roberta.', heads: robertaHeads },
  { modelTypes: ['electra'], prefix: 'electra.', heads: electraHeads },
];

/** BERT's layers as a language model: each token sees those before it. */
export const writingBertReferees: readonly Referee[] = kinds.map(({ modelTypes, prefix, heads }) => ({
  ...decoderReferee({
    modelTypes,
    layersKey: 'num_hidden_layers',
    prefixes: [prefix],
    sizes: (config) => {
      const [size, heads] = [config.size('hidden_size'), config.size('num_attention_heads')];
      return { size, inner: config.size('intermediate_size'), heads, keyHeads: heads, headSize: size / heads };
    },
    layerName: (index) => `encoder.layer.${index}`,
    embed,
    layer: passLayer,
    finish: async (_, x) => x,
    words: (config) => heads.words(config).table,
    scores: (pass, x) => wordScores(pass, heads, x),
  }),
  classes: /(ForCausalLM|LMHeadModel)$/,
}));

/** Words, places from 0 on, and the first type of token. */
async function embed(pass: DecoderPass, ids: readonly number[]): Promise<Float32Array> {
  const words = await pass.rows('embeddings.word_embeddings', ids);
  const places = await pass.rows(
    'embeddings.position_embeddings',
    ids.map((_, at) => placeOf(at)),
  );
  const typed = addRow(add(words, places), await pass.rows('embeddings.token_type_embeddings', [0]));
  const normed = await pass.norm('embeddings.LayerNorm', typed, epsilon(pass.config));
  return pass.has('embeddings_project.weight') ? pass.dense('embeddings_project', normed) : normed;
}

async function passLayer(pass: DecoderPass, layer: string, x: Float32Array): Promise<Float32Array> {
  const dense = (part: keyof typeof bertParts, of: Float32Array) => pass.dense(`${layer}.${bertParts[part]}`, of);
  const norm = (part: keyof typeof bertParts, of: Float32Array) =>
    pass.norm(`${layer}.${bertParts[part]}`, of, epsilon(pass.config));
  const seen = pass.attend(await dense('query', x), await dense('key', x), await dense('value', x));
  const attended = await norm('firstNorm', add(x, await dense('mixed', seen)));
  const raised = pass.activate(await dense('up', attended), pass.config.text('hidden_act') ?? 'gelu');
  return norm('secondNorm', add(attended, await dense('down', raised)));
}

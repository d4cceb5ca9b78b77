import type { Config } from '../../compile/config.js';
import { sidedBucket } from '../distanceBuckets.js';
import { encoderFeeds, read } from '../madeTexts.js';
import type { NamedWeights } from '../namedWeights.js';
import type { Compared, LayerNames, LayerShape } from '../transformerLayer.js';
import type { Referee } from '../types.js';
import { bertEmbeddings } from './bertEmbeddings.js';
import { type TextFamily, textEncoderReferee } from './textEncoder.js';
import { pooledBy, type TextHeads, tableOf } from './textHeads.js';

export const bertParts: LayerNames = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  mixed: 'attention.output.dense',
  firstNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  secondNorm: 'output.LayerNorm',
};
export const bertKeys: TextFamily['keys'] = {
  size: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  inner: 'intermediate_size',
  curve: 'hidden_act',
};
export const epsilon = (config: Config) => config.number('layer_norm_eps', 1e-12);
const fixedEpsilon = () => 1e-12;

/** What most families have of BERT. */
export const bertBody = {
  keys: bertKeys,
  layer: (index: number) => `encoder.layer.${index}`,
  parts: bertParts,
  epsilon,
} as const;

export const bertHeads: TextHeads = {
  epsilon,
  pooled: pooledBy('pooler.dense', 'tanh'),
  classifier: 'classifier',
  words: (config) => ({
    dense: 'cls.predictions.transform.dense',
    curve: config.text('hidden_act') ?? 'gelu',
    norm: 'cls.predictions.transform.LayerNorm',
    table: tableOf(config, 'cls.predictions.decoder.weight'),
    biases: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
  }),
};

export const robertaHeads: TextHeads = {
  epsilon,
  pooled: pooledBy('classifier.dense', 'tanh'),
  classifier: 'classifier.out_proj',
  words: (config) => ({
    dense: 'lm_head.dense',
    curve: 'gelu',
    norm: 'lm_head.layer_norm',
    table: tableOf(config, 'lm_head.decoder.weight'),
    biases: ['lm_head.bias', 'lm_head.decoder.bias'],
  }),
};

export const electraHeads: TextHeads = {
  epsilon,
  pooled: pooledBy('classifier.dense', 'gelu'),
  classifier: 'classifier.out_proj',
  words: (config) => ({
    dense: 'generator_predictions.dense',
    curve: 'gelu',
    norm: 'generator_predictions.LayerNorm',
    table: tableOf(config, 'generator_lm_head.weight'),
    biases: ['generator_lm_head.bias'],
  }),
  // Whether a token was replaced.
  pretraining: async (pass, x) => {
    const dense = await pass.dense('discriminator_predictions.dense', x);
    const raised = pass.activate(dense, pass.config.text('hidden_act') ?? 'gelu');
    return pass.dense('discriminator_predictions.dense_prediction', raised);
  },
};

const families: readonly TextFamily[] = [
  {
    ...bertBody,
    modelTypes: ['bert'],
    prefix: 'bert.',
    embed: bertEmbeddings({ hasTypes: true, epsilon }),
    comparison: byDistance,
    heads: bertHeads,
  },
  {
    ...bertBody,
    modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
    prefix: 'roberta.',
    feeds: (config) => encoderFeeds(config, 1),
    embed: bertEmbeddings({ hasTypes: true, epsilon, uncounted: ({ config }) => config.integer('pad_token_id', 1)! }),
    comparison: byDistance,
    heads: robertaHeads,
  },
  {
    modelTypes: ['distilbert'],
    prefix: 'distilbert.',
    keys: { size: 'dim', layers: 'n_layers', heads: 'n_heads', inner: 'hidden_dim', curve: 'activation' },
    layer: (index) => `transformer.layer.${index}`,
    parts: {
      query: 'attention.q_lin',
      key: 'attention.k_lin',
      value: 'attention.v_lin',
      mixed: 'attention.out_lin',
      firstNorm: 'sa_layer_norm',
      up: 'ffn.lin1',
      down: 'ffn.lin2',
      secondNorm: 'output_layer_norm',
    },
    epsilon: fixedEpsilon,
    embed: bertEmbeddings({ hasTypes: false, epsilon: fixedEpsilon }),
    heads: {
      epsilon: fixedEpsilon,
      pooled: pooledBy('pre_classifier', 'relu'),
      classifier: 'classifier',
      words: (config) => ({
        dense: 'vocab_transform',
        curve: config.text('activation') ?? 'gelu',
        norm: 'vocab_layer_norm',
        table: tableOf(config, 'vocab_projector.weight'),
        biases: ['vocab_projector.bias'],
      }),
    },
  },
  {
    ...bertBody,
    modelTypes: ['electra'],
    prefix: 'electra.',
    embed: bertEmbeddings({ hasTypes: true, epsilon, widened: 'embeddings_project' }),
    comparison: byDistance,
    heads: electraHeads,
  },
  {
    modelTypes: ['albert'],
    prefix: 'albert.',
    keys: bertKeys,
    layer: (index) => `layer.${index}`,
    weightsOf: sharedLayer,
    layersOfOne: (config) => config.size('inner_group_num', 1),
    parts: {
      query: 'attention.query',
      key: 'attention.key',
      value: 'attention.value',
      mixed: 'attention.dense',
      firstNorm: 'attention.LayerNorm',
      up: 'ffn',
      down: 'ffn_output',
      secondNorm: 'full_layer_layer_norm',
    },
    epsilon,
    curve: 'gelu_new',
    embed: bertEmbeddings({ hasTypes: true, epsilon, widened: 'encoder.embedding_hidden_mapping_in' }),
    heads: {
      epsilon,
      pooled: pooledBy('pooler', 'tanh'),
      classifier: 'classifier',
      words: (config) => ({
        dense: 'predictions.dense',
        curve: config.text('hidden_act') ?? 'gelu_new',
        norm: 'predictions.LayerNorm',
        table: tableOf(config, 'predictions.decoder.weight'),
        biases: ['predictions.bias', 'predictions.decoder.bias'],
      }),
    },
    whenCut: () => ({ num_hidden_groups: 1 }),
  },
  {
    ...bertBody,
    modelTypes: ['mpnet'],
    prefix: 'mpnet.',
    parts: {
      ...bertParts,
      query: 'attention.attn.q',
      key: 'attention.attn.k',
      value: 'attention.attn.v',
      mixed: 'attention.attn.o',
      firstNorm: 'attention.LayerNorm',
    },
    feeds: (config) => encoderFeeds(config, 1),
    // Its padding is 1 whatever config.json says.
    embed: bertEmbeddings({ hasTypes: false, epsilon, uncounted: () => 1 }),
    nearness: async (pass) => {
      const table = await pass.read('encoder.relative_attention_bias.weight');
      const heads = pass.config.size('num_attention_heads');
      return (_, head, query, key) => table[sidedBucket(key - query, 32, 128) * heads + head]!;
    },
    heads: robertaHeads,
  },
];

/** BERT and what has its layers. */
export const bertReferees: readonly Referee[] = families.map(textEncoderReferee);

/** ALBERT's layers share weights in groups, each of which may be several layers one after the other. */
function sharedLayer(config: Config, index: number): string {
  const inner = config.size('inner_group_num', 1);
  const groups = config.size('num_hidden_groups', 1);
  const group = Math.floor((Math.floor(index / inner) * groups) / config.size('num_hidden_layers', 12));
  return `encoder.albert_layer_groups.${group}.albert_layers.${index % inner}`;
}

async function byDistance(pass: NamedWeights): Promise<Pick<LayerShape, 'relation'>> {
  return { relation: (name, compared) => relation(pass, name, compared) };
}

/**
 * Relative positions by vectors (arXiv 1803.02155, 2009.13658): what the vector of two tokens' distance gives with the
 * query, and for `relative_key_query` with the key too.
 */
async function relation(pass: NamedWeights, layer: string, { query, key, headSize }: Compared) {
  const table = `${layer}.attention.self.distance_embedding.weight`;
  if (!pass.has(table)) return () => 0;
  const vectors = await pass.read(table);
  const middle = (vectors.length / headSize - 1) / 2;
  const withKeys = pass.config.text('position_embedding_type') === 'relative_key_query';
  const width = pass.config.size('hidden_size');
  return (row: number, head: number, from: number, to: number): number => {
    const [q, k] = [from, to].map((token) => (row * read + token) * width + head * headSize);
    const at = (middle + from - to) * headSize;
    let sum = 0;
    for (let d = 0; d < headSize; d++) sum += (query[q! + d]! + (withKeys ? key[k! + d]! : 0)) * vectors[at + d]!;
    return sum / Math.sqrt(headSize);
  };
}

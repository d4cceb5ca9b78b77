import type { Config } from '../../compile/config.js';
import { add, attention, columnsOf, multiply } from '../arrays.js';
import { encoderFeeds, idsOf, isPadding, overTokens, read, rows } from '../madeTexts.js';
import { NamedWeights } from '../namedWeights.js';
import { plainTurning, type Turning, turn } from '../rotary.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { firstTokens, type TextHeads, tableOf, textOutputs } from './textHeads.js';

/** ModernBERT (arXiv 2412.13663): norms before each part, rotary places, and layers that see near tokens alone. */
export const modernBertReferee: Referee = {
  modelTypes: ['modernbert'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  layerCost: (config) => {
    const size = config.size('hidden_size', 768);
    return rows * read * size * (4 * size + 3 * config.size('intermediate_size', 1152));
  },
  feeds: (config) => encoderFeeds(config),
  forward,
};

const epsilon = (config: Config) => config.number('norm_eps', 1e-5);

const heads: TextHeads = {
  epsilon,
  pooled: async (pass, x) => {
    const isMean = pass.config.text('classifier_pooling', 'cls') === 'mean';
    return predicting(pass, isMean ? meanTokens(x) : firstTokens(x));
  },
  classifier: 'classifier',
  tokens: predicting,
  spans: 'classifier',
  words: (config) => ({
    dense: 'head.dense',
    curve: config.text('classifier_activation') ?? 'gelu',
    norm: 'head.norm',
    table: tableOf(config, 'decoder.weight', 'embeddings.tok_embeddings.weight'),
    biases: config.flag('decoder_bias', true) ? ['decoder.bias'] : [],
  }),
};

/** What all heads begin with: a layer, a curve and a norm. */
async function predicting(pass: NamedWeights, x: Float32Array): Promise<Float32Array> {
  const dense = await pass.dense('head.dense', x);
  return norm(pass, 'head.norm', pass.activate(dense, pass.config.text('classifier_activation') ?? 'gelu'));
}

/** [rows, size]: the mean of the tokens that count. */
function meanTokens(x: Float32Array): Float32Array {
  const size = x.length / rows / read;
  return Float32Array.from({ length: rows * size }, (_, at) => {
    const row = Math.floor(at / size);
    const counted = Array.from({ length: read }, (_, token) => row * read + token).filter((token) => !isPadding(token));
    return counted.reduce((sum, token) => sum + x[token * size + (at % size)]!, 0) / counted.length;
  });
}

async function forward({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const pass = new NamedWeights(config, weights, ['model.']);
  let x = await norm(pass, 'embeddings.norm', await pass.rows('embeddings.tok_embeddings', idsOf(feeds)));
  const layers = new Map<string, Float32Array>();
  for (let index = 0; index < depth; index++) {
    const name = `layers.${index}`;
    // The embeddings have been through a norm already.
    const before = index === 0 ? x : await norm(pass, `${name}.attn_norm`, x);
    const attended = add(x, await look(pass, `${name}.attn`, before, isNear(config, index)));
    x = add(attended, await feedForward(pass, `${name}.mlp`, await norm(pass, `${name}.mlp_norm`, attended)));
    layers.set(name, x);
  }
  if (!hasHead) return { layers, outputs: new Map() };
  return { layers, outputs: await textOutputs(pass, className, heads, await norm(pass, 'final_norm', x)) };
}

function norm(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, epsilon(pass.config));
}

async function look(pass: NamedWeights, name: string, x: Float32Array, near: boolean): Promise<Float32Array> {
  const { config } = pass;
  const size = config.size('hidden_size', 768);
  const heads = config.size('num_attention_heads', 12);
  const headSize = size / heads;
  const all = await pass.dense(`${name}.Wqkv`, x);
  const part = (which: number) => columnsOf(all, 3 * size, which * size, (which + 1) * size);
  const turning = turningOf(config, headSize, near);
  const turned = (one: Float32Array) => turn(one, headSize, turning, (at) => at % read, size);
  const reach = near ? Math.floor(config.size('local_attention', 128) / 2) : read;
  const shape = { batch: rows, queries: read, keys: read, heads, keyHeads: heads, headSize, scale: headSize ** -0.5 };
  const seen = attention(turned(part(0)), turned(part(1)), part(2), shape, (row, head, query, key) =>
    Math.abs(query - key) > reach ? Number.NEGATIVE_INFINITY : overTokens(row, head, query, key),
  );
  return pass.dense(`${name}.Wo`, seen);
}

async function feedForward(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  const inner = pass.config.size('intermediate_size', 1152);
  const both = await pass.dense(`${name}.Wi`, x);
  const gate = pass.activate(columnsOf(both, 2 * inner, 0, inner), pass.config.text('hidden_activation') ?? 'gelu');
  return pass.dense(`${name}.Wo`, multiply(gate, columnsOf(both, 2 * inner, inner, 2 * inner)));
}

function isNear(config: Config, index: number): boolean {
  if (config.has('layer_types')) return config.texts('layer_types')[index] === 'sliding_attention';
  return index % config.size('global_attn_every_n_layers', 3) !== 0;
}

/** Layers that see near tokens alone turn faster; newer files say it for each kind of layer. */
function turningOf(config: Config, headSize: number, near: boolean): Turning {
  const newer = (kind: string, fallback: number) =>
    config.part('rope_parameters').part(kind).number('rope_theta', fallback);
  const far = config.has('rope_theta')
    ? config.number('rope_theta')
    : config.number('global_rope_theta', newer('full_attention', 160_000));
  if (!near || config.saysNull('local_rope_theta')) return plainTurning(far, headSize);
  return plainTurning(config.number('local_rope_theta', newer('sliding_attention', 10_000)), headSize);
}

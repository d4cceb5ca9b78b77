import type { Config } from '../../compile/config.js';
import { add, attention, columnsOf, layerNorm, multiply } from '../arrays.js';
import { NamedWeights } from '../namedWeights.js';
import { plainTurning, type Turning, turn } from '../rotary.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { encoderFeeds, idsOf, isPadding, read, rows } from './encoderDecoder.js';

/** ModernBERT (arXiv 2412.13663): norms before each part, rotary places, and layers that see near tokens alone. */
export const modernBertReferee: Referee = {
  modelTypes: ['modernbert'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  layerCost: (config) => {
    const size = config.size('hidden_size', 768);
    return rows * read * size * (4 * size + 3 * config.size('intermediate_size', 1152));
  },
  feeds: encoderFeeds,
  forward,
};

async function forward({ config, weights, feeds, depth, isWhole }: ForwardInput): Promise<Passed> {
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
  const outputs = new Map(isWhole ? [['last_hidden_state', await norm(pass, 'final_norm', x)]] : []);
  return { layers, outputs };
}

async function norm(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  return layerNorm(x, await pass.read(`${name}.weight`), await pass.biasOf(name), pass.config.number('norm_eps', 1e-5));
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
  const seen = attention(turned(part(0)), turned(part(1)), part(2), shape, (row, _, query, key) =>
    isPadding(row * read + key) || Math.abs(query - key) > reach ? Number.NEGATIVE_INFINITY : 0,
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

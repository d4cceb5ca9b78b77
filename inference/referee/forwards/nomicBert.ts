import type { Config } from '../../compile/config.js';
import { add, attention, columnsOf, multiply } from '../arrays.js';
import { encoderFeeds, idsOf, overTokens, read, rows } from '../madeTexts.js';
import { NamedWeights } from '../namedWeights.js';
import { plainTurning, turn } from '../rotary.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { bertHeads } from './bert.js';
import { typesOf } from './bertEmbeddings.js';
import { type TextHeads, textOutputs } from './textHeads.js';

const epsilon = (config: Config) => config.number('layer_norm_epsilon', 1e-5);
const gates: Readonly<Record<string, string>> = { swiglu: 'silu', geglu: 'gelu', glu: 'sigmoid' };

/** Nomic's BERT (arXiv 2402.01613): BERT with rotary places and gated feed-forward parts, under GPT-2's keys. */
export const nomicBertReferee: Referee = {
  modelTypes: ['nomic_bert'],
  graph: 'model',
  layersKey: 'n_layer',
  layerCost: (config) => {
    const size = config.size('n_embd', 768);
    return rows * read * size * (4 * size + 3 * config.size('n_inner', 4 * size));
  },
  feeds: (config) => encoderFeeds(config),
  forward,
};

const heads: TextHeads = {
  ...bertHeads,
  epsilon,
  words: (config) => ({
    dense: 'cls.predictions.transform.dense',
    curve: config.text('activation_function') === 'swiglu' ? 'silu' : 'gelu',
    norm: 'cls.predictions.transform.layer_norm',
    table: 'embeddings.word_embeddings.weight',
    biases: ['cls.predictions.decoder.bias'],
  }),
};

async function forward({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const pass = new NamedWeights(config, weights, ['bert.']);
  let x = await embed(pass, feeds);
  const layers = new Map<string, Float32Array>();
  for (let index = 0; index < depth; index++) {
    const name = `encoder.layers.${index}`;
    const attended = await pass.norm(`${name}.norm1`, add(x, await look(pass, `${name}.attn`, x)), epsilon(config));
    const fed = await feedForward(pass, `${name}.mlp`, attended);
    x = await pass.norm(`${name}.norm2`, add(attended, fed), epsilon(config));
    layers.set(name, x);
  }
  return { layers, outputs: hasHead ? await textOutputs(pass, className, heads, x) : new Map() };
}

async function embed(pass: NamedWeights, feeds: Feeds): Promise<Float32Array> {
  const { config } = pass;
  const ids = idsOf(feeds);
  let x = await pass.rows('embeddings.word_embeddings', ids);
  if ((config.integer('type_vocab_size', 2) ?? 0) > 0) x = add(x, await typesOf(pass, feeds));
  if (config.number('rotary_emb_fraction', 0) <= 0) {
    const places = ids.map((_, at) => at % read);
    x = add(x, await pass.rows('embeddings.position_embeddings', places));
  }
  return pass.norm('emb_ln', x, epsilon(config));
}

async function look(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  const { config } = pass;
  const [size, count] = [config.size('n_embd', 768), config.size('n_head', 12)];
  const headSize = size / count;
  const all = await pass.dense(`${name}.Wqkv`, x);
  const part = (which: number) => columnsOf(all, 3 * size, which * size, (which + 1) * size);
  const turning = plainTurning(
    config.number('rotary_emb_base', 10_000),
    headSize * config.number('rotary_emb_fraction', 0),
  );
  const turned = (one: Float32Array) =>
    turn(one, headSize, turning, (at) => at % read, size, {
      neighbours: config.flag('rotary_emb_interleaved', false),
    });
  const of = { batch: rows, queries: read, keys: read, heads: count, keyHeads: count, headSize };
  const seen = attention(turned(part(0)), turned(part(1)), part(2), { ...of, scale: headSize ** -0.5 }, overTokens);
  return pass.dense(`${name}.out_proj`, seen);
}

async function feedForward(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  const kind = pass.config.text('activation_function') ?? 'gelu';
  const gate = gates[kind];
  if (gate === undefined) return pass.dense(`${name}.fc2`, pass.activate(await pass.dense(`${name}.fc1`, x), kind));
  const opened = pass.activate(await pass.dense(`${name}.fc12`, x), gate);
  return pass.dense(`${name}.fc2`, multiply(opened, await pass.dense(`${name}.fc11`, x)));
}

import { activate, activationOf } from '../blocks/activation.js';
import { attention } from '../blocks/attention.js';
import { linear, linearGelu, tied } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { layerNorm } from '../blocks/norm.js';
import { textHead } from '../blocks/textHeads.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** BERT (arXiv 1810.04805), as transformers' `modeling_bert` names and computes it. */
export const bert: Architecture = {
  modelTypes: ['bert'],
  heads: [
    'Model',
    'ForMaskedLM',
    'ForPreTraining',
    'ForSequenceClassification',
    'ForTokenClassification',
    'ForQuestionAnswering',
  ],
  build: buildBert,
};

function buildBert({ config, weights, head }: Source) {
  config.mustBe('position_embedding_type', 'absolute');
  config.mustBe('is_decoder', false);
  const g = new GraphBuilder(weights.renamed(modernName));
  g.weights.ignore(/position_ids$/, /^pooler\./, /^cls\./);
  const x = bertBody(g, config);
  const size = config.size('hidden_size');
  g.output('last_hidden_state', x, ['batch_size', 'sequence_length', size]);
  textHead(g, head, config, {
    tokens: x,
    pooled: () => g.op('Tanh', [linear(g, firstToken(g, x), 'pooler.dense', { inputs: size, outputs: size })]),
    classifier: 'classifier',
    words: () => wordScores(g, config, x),
  });
  return [{ name: 'model', graph: g }];
}

/** Checkpoints converted from TensorFlow say gamma and beta; heads keep the body under `bert.`. */
function modernName(name: string): string {
  return name
    .replace(/^bert\./, '')
    .replace(/\.gamma$/, '.weight')
    .replace(/\.beta$/, '.bias');
}

/** Inputs, embeddings and layers: [batch, tokens, hidden_size]. */
function bertBody(g: GraphBuilder, config: Config): Value {
  const dims = ['batch_size', 'sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const mask = g.input('attention_mask', 'int64', dims);
  const types = g.input('token_type_ids', 'int64', dims);
  const bias = keyMaskBias(g, mask);
  let x = embeddings(g, config, ids, types);
  for (let layer = 0; layer < config.size('num_hidden_layers'); layer++)
    x = g.tap(`encoder.layer.${layer}`, bertLayer(g, config, `encoder.layer.${layer}`, x, bias));
  return x;
}

function embeddings(g: GraphBuilder, config: Config, ids: Value, types: Value): Value {
  const size = config.size('hidden_size');
  const table = (name: string, rows: number) => g.weight(`embeddings.${name}.weight`, [rows, size]);
  const words = g.gather(table('word_embeddings', config.size('vocab_size', 30522)), ids);
  const kinds = g.gather(table('token_type_embeddings', config.size('type_vocab_size', 2)), types);
  const positions = table('position_embeddings', config.size('max_position_embeddings', 512));
  const placed = g.add(g.add(words, kinds), g.gather(positions, g.range(g.dim(ids, 1))));
  return layerNorm(g, placed, 'embeddings.LayerNorm', config.number('layer_norm_eps', 1e-12), size);
}

/** One layer of BERT and of those that took it over: attention, feed-forward, each with a norm behind it. */
export function bertLayer(g: GraphBuilder, config: Config, name: string, x: Value, bias: Value): Value {
  const size = config.size('hidden_size');
  const heads = config.size('num_attention_heads');
  const inner = config.size('intermediate_size');
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const square = { inputs: size, outputs: size };
  const part = (one: string) => linear(g, x, `${name}.attention.self.${one}`, square);
  const seen = attention(g, part('query'), part('key'), part('value'), { heads, headSize: size / heads, bias });
  const mixed = g.add(linear(g, seen, `${name}.attention.output.dense`, square), x);
  const attended = layerNorm(g, mixed, `${name}.attention.output.LayerNorm`, epsilon, size);
  const wide = { inputs: size, outputs: inner };
  const activation = activationOf(config, 'hidden_act', 'gelu');
  const up = `${name}.intermediate.dense`;
  const raised =
    activation === 'gelu' ? linearGelu(g, attended, up, wide) : activate(g, linear(g, attended, up, wide), activation);
  const lowered = linear(g, raised, `${name}.output.dense`, { inputs: inner, outputs: size });
  return layerNorm(g, g.add(lowered, attended), `${name}.output.LayerNorm`, epsilon, size);
}

/** [batch, tokens, size] → [batch, size] of the first token. */
export function firstToken(g: GraphBuilder, x: Value): Value {
  return g.gather(x, g.integer(0), 1);
}

/** The masked-language head: a layer, and the word embeddings again unless config.json unties them. */
function wordScores(g: GraphBuilder, config: Config, x: Value): Value {
  const size = config.size('hidden_size');
  const words = config.size('vocab_size', 30522);
  const transform = 'cls.predictions.transform';
  const dense = linear(g, x, `${transform}.dense`, { inputs: size, outputs: size });
  const active = activate(g, dense, activationOf(config, 'hidden_act', 'gelu'));
  const normed = layerNorm(g, active, `${transform}.LayerNorm`, config.number('layer_norm_eps', 1e-12), size);
  const isTied = config.flag('tie_word_embeddings', true);
  const table = isTied ? 'embeddings.word_embeddings.weight' : 'cls.predictions.decoder.weight';
  return g.add(tied(g, normed, g.weight(table, [words, size])), g.weight('cls.predictions.bias', [words]));
}

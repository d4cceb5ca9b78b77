import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { readTensors } from '../../../inference/compile/checkpoint.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import type { StoredTensor } from '../../../inference/compile/weights.js';

const checkpoints = path.join(projectRoot, 'test', 'fixtures', 'checkpoints', 'encoders');
const names = readdirSync(checkpoints).filter((entry) => !entry.includes('.'));

type Json = Record<string, unknown>;

async function checkpoint(name: string): Promise<{ config: Json; tensors: readonly StoredTensor[] }> {
  const folder = path.join(checkpoints, name);
  const config = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as Json;
  return { config, tensors: await readTensors(folder) };
}

/** Tensors that transformers does without for these heads, or takes from elsewhere. */
const optional =
  /position_ids$|pooler\.|seq_relationship|sop_classifier|decoder\.(weight|bias)$|position_embeddings\.weight$|column_output_|generator_lm_head\.weight$|vocab_projector\.weight$/;
/** What tells the head: without it, the file is another one. */
const telling =
  /^(qa_outputs|lm_head\.dense|classifier\.out_proj|classifier\.dense|generator_predictions\.dense)\.weight$/;

function refusedOf(config: Json, tensors: readonly StoredTensor[]): string | null {
  try {
    buildGraphs(config, tensors);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The end of a tensor's name, which messages have: architectures know it without its prefix. */
function ending(name: string): string {
  return name.split('.').slice(-2).join('.').replace('gamma', 'weight').replace('beta', 'bias');
}

describe('checkpoints of text encoders that are not what config.json says', () => {
  for (const name of names) {
    it(`${name}: a tensor that is missing, larger or unknown is refused by its name`, async () => {
      const { config, tensors } = await checkpoint(name);
      assert.equal(refusedOf(config, tensors), null);
      const hasTwoBiases = tensors.some((tensor) => tensor.name.endsWith('decoder.bias'));
      const asked = tensors.filter(
        (tensor) =>
          !optional.test(tensor.name) &&
          !telling.test(tensor.name) &&
          !(hasTwoBiases && /(predictions|lm_head)\.bias$/.test(tensor.name)),
      );
      for (const tensor of asked) {
        const missing = refusedOf(
          config,
          tensors.filter((one) => one !== tensor),
        );
        assert.match(missing ?? 'nothing', new RegExp(`${ending(tensor.name)}( is missing|.*no place)`), tensor.name);
        const larger = tensors.map((one) =>
          one === tensor ? { ...one, shape: one.shape.map((size) => size + 1) } : one,
        );
        if (tensor.shape.length === 0) continue;
        assert.match(refusedOf(config, larger) ?? 'nothing', /has the shape \[/, tensor.name);
      }
      const more = [...tensors, { ...tensors[0]!, name: 'encoder.extra.weight' }];
      assert.match(refusedOf(config, more) ?? 'nothing', /no place in its graph: encoder\.extra\.weight/);
    });
  }
});

describe('a text encoder whose config.json names no class', () => {
  const classifying = readdirSync(checkpoints).filter((name) => /-(seqcls|tokcls)/.test(name));
  for (const name of classifying)
    it(`${name} is what its tensors tell, or refused where they may be another's`, async () => {
      const { config, tensors } = await checkpoint(name);
      const unnamed = { ...config, architectures: null };
      const refusal = refusedOf(unnamed, tensors);
      if (refusal !== null) return assert.match(refusal, /may classify texts or tokens: add a class/);
      assert.deepEqual(graphOf(unnamed, tensors), graphOf(config, tensors));
    });

  for (const name of ['bert-tokcls', 'electra-tokcls', 'distilbert-tokcls', 'mpnet-tokcls', 'xlmr-tokcls'])
    it(`${name} classifies tokens: nothing stands before its classifier`, async () => {
      const { config, tensors } = await checkpoint(name);
      assert.equal(refusedOf({ ...config, architectures: null }, tensors), null);
    });
});

function graphOf(config: Json, tensors: readonly StoredTensor[]) {
  return buildGraphs(config, tensors).map(({ name, graph }) => graph.build(name));
}

describe('config.json of text encoders', () => {
  const rows: readonly (readonly [name: string, change: Json, message: RegExp])[] = [
    ['bert-seqcls', { hidden_act: 'wobble' }, /"wobble" for hidden_act/],
    [
      'bert-seqcls',
      { vocab_size: 60 },
      /word_embeddings\.weight has the shape \[48, 12\]; config\.json says \[60, 12\]/,
    ],
    ['bert-seqcls', { num_attention_heads: 5 }, /5 attention heads for 12 numbers/],
    [
      'bert-seqcls',
      { id2label: { 0: 'only' } },
      /classifier\.weight has the shape \[\d+, 12\]; config\.json says \[1, 12\]/,
    ],
    ['bert-seqcls', { num_hidden_layers: 3 }, /encoder\.layer\.2\.attention\.self\.query\.weight is missing/],
    ['bert-seqcls', { num_hidden_layers: 1 }, /no place in its graph: bert\.encoder\.layer\.1/],
    ['bert-seqcls', { num_hidden_layers: 1e9 }, /at most 1000/],
    ['bert-seqcls', { hidden_size: -12 }, /-12 for hidden_size/],
    ['bert-seqcls', { position_embedding_type: 'spiral' }, /"spiral" for position_embedding_type/],
    ['bert-seqcls', { is_decoder: true }, /true for is_decoder/],
    ['bert-seqcls', { architectures: ['BertForMultipleChoice'] }, /"BertForMultipleChoice"/],
    ['bert-seqcls', { architectures: ['BertForNextSentencePrediction'] }, /"BertForNextSentencePrediction"/],
    ['bert-seqcls', { architectures: null }, /classifier\.weight may classify texts or tokens: add a class/],
    ['modernbert-tokcls', { architectures: null }, /classifier\.weight may classify texts or tokens: add a class/],
    ['bert-seqcls', { model_type: 'bertha' }, /the model_type "bertha"/],
    ['bert-relative-key', { max_position_embeddings: 41 }, /distance_embedding\.weight has the shape \[79, 4\]/],
    ['roberta-mlm', { pad_token_id: null }, /no pad_token_id/],
    ['roberta-mlm', { position_embedding_type: 'rotary' }, /"rotary" for position_embedding_type/],
    ['albert-mlm', { num_hidden_layers: 1e9 }, /at most 1000/],
    ['albert-mlm', { num_hidden_groups: 7 }, /more than its 2 layers/],
    ['mpnet-mlm', { relative_attention_num_buckets: 16 }, /relative_attention_bias\.weight has the shape \[32, 3\]/],
    ['deberta-v3-seqcls-long', { pos_att_type: 'c2p|p2p' }, /p2p in pos_att_type/],
    ['deberta-v3-seqcls-long', { max_relative_positions: 2e9 }, /positions \d+ apart/],
    ['deberta-v3-seqcls-long', { position_buckets: 16 }, /rel_embeddings\.weight has the shape \[16, 12\]/],
    ['deberta-v2-conv', { conv_kernel_size: 4 }, /4 for conv_kernel_size/],
    ['modernbert-mlm', { rope_scaling: { factor: 2 } }, /rope_scaling/],
    ['modernbert-seqcls', { classifier_pooling: 'max' }, /"max" for classifier_pooling/],
    ['nomic-model', { prenorm: true }, /true for prenorm/],
    ['nomic-model', { rotary_scaling_factor: 2 }, /2 for rotary_scaling_factor/],
    ['nomic-model', { activation_function: 'relu' }, /"relu" for activation_function/],
    ['tapas-qa', { select_one_column: false }, /select_one_column/],
    ['tapas-qa', { type_vocab_sizes: [3, 8] }, /no place|shape/],
  ];
  for (const [name, change, message] of rows) {
    it(`${name} with ${JSON.stringify(change)} is refused`, async () => {
      const { config, tensors } = await checkpoint(name);
      assert.match(refusedOf({ ...config, ...change }, tensors) ?? 'nothing', message);
    });
  }
});

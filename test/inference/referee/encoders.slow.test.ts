import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { checkpointCopy, checkpointsFolder } from './checkpointCopy.js';
import { assertConfirmed, verdictWith } from './checks.js';
import { wrongTensor } from './wrongTensor.js';

const names = readdirSync(path.join(checkpointsFolder, 'encoders')).filter((name) => !name.includes('.'));

/** config.json as a wrong graph would read it, and what is the first to differ. */
const wrong: readonly (readonly [checkpoint: string, key: string, value: unknown, worst: string])[] = [
  ['albert-mlm', 'layer_norm_eps', 0.5, 'layer.0'],
  ['albert-model-groups', 'hidden_act', 'relu', 'layer.0'],
  ['electra-model', 'hidden_act', 'relu', 'encoder.layer.0'],
  ['deberta-seqcls', 'layer_norm_eps', 0.5, 'encoder.layer.0'],
  ['deberta-mlm-long', 'hidden_act', 'relu', 'encoder.layer.0'],
  ['deberta-v3-seqcls-long', 'max_position_embeddings', 12, 'encoder.layer.0'],
  ['deberta-v2-conv', 'conv_act', 'relu', 'encoder.layer.0'],
  ['nomic-model', 'rotary_emb_base', 7, 'encoder.layers.0'],
  ['tapas-model', 'reset_position_index_per_cell', false, 'encoder.layer.0'],
  ['modernbert-model-long', 'local_attention', 2, 'layers.1'],
  ['modernbert-model-long', 'global_rope_theta', 7, 'layers.0'],
  ['mpnet-mlm', 'layer_norm_eps', 0.5, 'encoder.layer.0'],
];

/** Tensors of heads that a wrong graph takes from elsewhere, and what is the first to differ. */
const wrongHeads: readonly (readonly [checkpoint: string, tensor: string, output: string])[] = [
  ['albert-pretraining', 'predictions.dense.weight', 'logits'],
  ['albert-seqcls', 'albert.pooler.weight', 'logits'],
  ['bert-mlm-untied', 'cls.predictions.decoder.weight', 'logits'],
  ['bert-qa', 'qa_outputs.bias', 'start_logits'],
  ['bert-seqcls', 'bert.pooler.dense.weight', 'logits'],
  ['bert-tokcls', 'classifier.bias', 'logits'],
  ['deberta-seqcls', 'pooler.dense.weight', 'logits'],
  ['deberta-v2-mlm-legacy', 'cls.predictions.transform.dense.weight', 'logits'],
  ['distilbert-seqcls', 'pre_classifier.weight', 'logits'],
  ['electra-discriminator', 'discriminator_predictions.dense.weight', 'logits'],
  ['modernbert-seqcls-mean', 'head.dense.weight', 'logits'],
  ['roberta-mlm', 'lm_head.layer_norm.weight', 'logits'],
  ['tapas-qa', 'output_weights', 'logits'],
  ['tapas-qa', 'aggregation_classifier.weight', 'logits_aggregation'],
];

describe('the referee of text encoders', () => {
  for (const name of names)
    it(`confirms ${name}, whole and cut to its first layer`, async () => {
      await assertConfirmed(await checkpointCopy(path.join('encoders', name)));
    });

  for (const [name, key, value, worst] of wrong)
    it(`finds another ${key} in ${name}`, async () => {
      const folder = await checkpointCopy(path.join('encoders', name));
      const verdict = await verdictWith(folder, { [key]: value });
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst], JSON.stringify(verdict));
    });

  for (const [name, tensor, output] of wrongHeads)
    it(`finds another ${tensor} in ${name}`, async () => {
      const verdict = await verifySnapshot(await checkpointCopy(path.join('encoders', name)), wrongTensor(tensor));
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, `the output ${output}`], JSON.stringify(verdict));
    });
});

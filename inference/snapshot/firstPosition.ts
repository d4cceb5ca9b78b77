import { numberOf, textOf } from './snapshotFiles.js';

/** Model types whose positions begin after the padding index (pad + 1), so that two of them hold no token. */
const offsetPositions = new Set([
  'roberta',
  'xlm-roberta',
  'xlm-roberta-xl',
  'camembert',
  'roberta-prelayernorm',
  'longformer',
  'mpnet',
  'ibert',
  'data2vec-text',
  'xmod',
  'luke',
  'mluke',
  'lilt',
  'layoutlmv3',
  'esm',
  'bigbird_roberta',
]);

/** The position of the first token: behind the padding index for RoBERTa and its kin, else 0. */
export function firstPositionOf(config: Readonly<Record<string, unknown>>): number {
  return offsetPositions.has(textOf(config.model_type) ?? '') ? (numberOf(config.pad_token_id) ?? 1) + 1 : 0;
}

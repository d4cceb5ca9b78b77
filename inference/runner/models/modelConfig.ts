import type { ModelConfig } from '../../pipelines/model.js';
import { firstPositionOf } from '../../snapshot/firstPosition.js';
import { type JsonObject, numberOf, objectOf, textOf } from '../../snapshot/snapshotFiles.js';

/** Length of models whose files name none: attention costs its square. */
const fallbackLength = 512;
/** `model_max_length` of tokenizers that know no limit is written as 1e30. */
const noLimit = 1_000_000;

/** The fields of config.json that answers depend on. */
export function modelConfigOf(config: JsonObject): ModelConfig {
  const architectures = Array.isArray(config.architectures) ? config.architectures : [];
  return {
    modelType: textOf(config.model_type) ?? '',
    architectures: architectures.filter((name): name is string => typeof name === 'string'),
    problemType: textOf(config.problem_type),
    labels: labelsOf(config),
    labelIds: new Map(
      Object.entries(objectOf(config.label2id)).flatMap(([label, id]) => (isIndex(id) ? [[label, id] as const] : [])),
    ),
  };
}

function isIndex(id: unknown): id is number {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) < 1_000_000;
}

/** Labels by index from `id2label`; `label2id` names none, as in Python. */
function labelsOf(config: JsonObject): readonly string[] | null {
  const byId = Object.entries(objectOf(config.id2label)).map(([id, label]) => [Number(id), String(label)] as const);
  const entries = byId.filter(([id]) => isIndex(id));
  if (entries.length === 0) return null;
  const labels: string[] = [];
  for (const [id, label] of entries) labels[id] = label;
  return Array.from(labels, (label, id) => label ?? `LABEL_${id}`);
}

/** Most tokens of a sequence: the least of what the tokenizer and the positions of the model admit. */
export function maxLengthOf(config: JsonObject, tokenizerConfig: JsonObject): number {
  const positions = numberOf(config.max_position_embeddings) ?? numberOf(config.n_positions);
  const limits = [
    numberOf(tokenizerConfig.model_max_length),
    positions === null ? null : positions - firstPositionOf(config),
  ];
  const known = limits.filter((limit): limit is number => limit !== null && limit >= 1 && limit < noLimit);
  return known.length > 0 ? Math.floor(Math.min(...known)) : fallbackLength;
}

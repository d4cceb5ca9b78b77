import type { Architecture } from '../types.js';
import { bert } from './bert.js';
import { deit, vit } from './vit.js';
import { wav2vec2 } from './wav2vec2.js';

/** The checkpoints that are compiled. A new architecture is a file beside this one, a row here and its model types in config/compiledModels.ts. */
export const architectures: readonly Architecture[] = [bert, deit, vit, wav2vec2];

export function architectureOf(modelType: string): Architecture | null {
  return architectures.find(({ modelTypes }) => modelTypes.includes(modelType)) ?? null;
}

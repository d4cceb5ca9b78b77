import type { Architecture } from '../types.js';
import { imageModels } from './imageModels.js';
import { languageModels } from './languageModels.js';
import { soundModels } from './soundModels.js';
import { textEncoders } from './textEncoders.js';

/** The checkpoints that are compiled. A new architecture is a file beside this one, a row in one of these lists and its model types in config/compiledModels.ts. */
export const architectures: readonly Architecture[] = [
  ...textEncoders,
  ...languageModels,
  ...imageModels,
  ...soundModels,
];

export function architectureOf(modelType: string): Architecture | null {
  return architectures.find(({ modelTypes }) => modelTypes.includes(modelType)) ?? null;
}

import type { Architecture } from '../types.js';
import { gemma, gemma2, gemma3 } from './gemma.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gptNeox.js';
import { imageModels } from './imageModels.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { opt } from './opt.js';
import { phi, phi3 } from './phi.js';
import { qwen2, qwen3 } from './qwen.js';
import { smollm3 } from './smollm3.js';
import { soundModels } from './soundModels.js';
import { textEncoders } from './textEncoders.js';

const decoders = [gemma, gemma2, gemma3, gpt2, gptNeox, llama, mistral, opt, phi, phi3, qwen2, qwen3, smollm3];

/** The checkpoints that are compiled. A new architecture is a file beside this one, a row here and its model types in config/compiledModels.ts. */
export const architectures: readonly Architecture[] = [...textEncoders, ...decoders, ...imageModels, ...soundModels];

export function architectureOf(modelType: string): Architecture | null {
  return architectures.find(({ modelTypes }) => modelTypes.includes(modelType)) ?? null;
}

import type { Architecture } from '../types.js';
import { albert } from './albert.js';
import { ast } from './ast.js';
import { bert } from './bert.js';
import { debertaV2 } from './debertaV2.js';
import { distilbert } from './distilbert.js';
import { electra } from './electra.js';
import { gemma, gemma2, gemma3 } from './gemma.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gptNeox.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { mpnet } from './mpnet.js';
import { opt } from './opt.js';
import { phi, phi3 } from './phi.js';
import { qwen2, qwen3 } from './qwen.js';
import { roberta } from './roberta.js';
import { smollm3 } from './smollm3.js';
import { deit, vit } from './vit.js';
import { wav2vec2 } from './wav2vec2.js';
import { whisper } from './whisper.js';

const textEncoders = [albert, bert, debertaV2, distilbert, electra, mpnet, roberta];
const decoders = [gemma, gemma2, gemma3, gpt2, gptNeox, llama, mistral, opt, phi, phi3, qwen2, qwen3, smollm3];
const imageModels = [deit, vit];
const soundModels = [ast, wav2vec2, whisper];

/** The checkpoints that are compiled. A new architecture is a file beside this one, a row here and its model types in config/compiledModels.ts. */
export const architectures: readonly Architecture[] = [...textEncoders, ...decoders, ...imageModels, ...soundModels];

export function architectureOf(modelType: string): Architecture | null {
  return architectures.find(({ modelTypes }) => modelTypes.includes(modelType)) ?? null;
}

import type { Architecture } from '../types.js';
import { bart, mbart } from './bart.js';
import { blenderbot, blenderbotSmall } from './blenderbot.js';
import { bloom } from './bloom.js';
import { gemma, gemma2, gemma3 } from './gemma.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gptNeox.js';
import { llama } from './llama.js';
import { m2m100 } from './m2m100.js';
import { marian } from './marian.js';
import { mistral } from './mistral.js';
import { opt } from './opt.js';
import { pegasus } from './pegasus.js';
import { phi, phi3 } from './phi.js';
import { qwen2, qwen3 } from './qwen.js';
import { smollm3 } from './smollm3.js';
import { mt5, t5, umt5 } from './t5.js';

const decoders = [bloom, gemma, gemma2, gemma3, gpt2, gptNeox, llama, mistral, opt, phi, phi3, qwen2, qwen3, smollm3];
const encoderDecoders = [bart, blenderbot, blenderbotSmall, m2m100, marian, mbart, mt5, pegasus, t5, umt5];

/** The models that write text: rows of the table in index.ts. */
export const languageModels: readonly Architecture[] = [...decoders, ...encoderDecoders];

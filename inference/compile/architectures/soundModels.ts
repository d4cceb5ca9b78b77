import type { Architecture } from '../types.js';
import { ast } from './ast.js';
import { vits } from './vits/index.js';
import { wav2vec2 } from './wav2vec2.js';
import { whisper } from './whisper.js';

/** Models that hear or speak. */
export const soundModels: readonly Architecture[] = [ast, vits, wav2vec2, whisper];

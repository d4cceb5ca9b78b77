import type { WeightHeader } from '../formats/types.js';
import type { GgufFacts } from './types.js';

/** Names of quantisations as llama.cpp and those who publish files write them; `UD-` and `_XL` are such publishers' own. */
const quantisation = /(?:UD-)?(?:(?:IQ|Q|TQ)\d\w*|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32)/g;

/** What people choose among GGUF files by. The name of the file knows finer quantisations than the header has numbers for. */
export function ggufFacts(path: string, metadata: WeightHeader['metadata']): GgufFacts | null {
  const architecture = textOf(metadata['general.architecture']);
  const contextLength = architecture ? metadata[`${architecture}.context_length`] : undefined;
  const label = quantisationOfName(path) ?? textOf(metadata.fileType);
  const facts: GgufFacts = {
    ...(architecture ? { architecture } : {}),
    ...(typeof contextLength === 'number' && Number.isSafeInteger(contextLength) ? { contextLength } : {}),
    ...(label ? { quantisation: label } : {}),
  };
  return Object.keys(facts).length === 0 ? null : facts;
}

/** The last one that the name of the file has: `tiny-Q4_K_M-00001-of-00002.gguf` → `Q4_K_M`. */
function quantisationOfName(path: string): string | null {
  const name = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '')
    .toUpperCase();
  return name.match(quantisation)?.at(-1) ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;
}

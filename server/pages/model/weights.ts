import type { RepoRef } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { WeightsView } from '../../../views/pages/model/about.js';
import { address } from '../files/place.js';

type File = ModelRecord['weights'][number];

const formatLabels: Readonly<Record<string, string>> = {
  safetensors: 'Safetensors',
  gguf: 'GGUF',
  onnx: 'ONNX',
  pytorch: 'PyTorch pickle',
  pickle: 'Pickle',
  h5: 'HDF5',
  keras: 'Keras',
  msgpack: 'Flax',
  tflite: 'TF Lite',
  coreml: 'Core ML',
  numpy: 'NumPy',
};

/** The weights of a model in a few lines: one a format, of GGUF one a quantisation. Null where there are none. */
export function weightsOf(
  { parameters, weights }: ModelRecord,
  { ref, branch, opens }: { readonly ref: RepoRef; readonly branch: string; readonly opens: boolean },
): WeightsView | null {
  if (weights.length === 0) return null;
  const gguf = weights.find((file) => file.gguf?.architecture)?.gguf;
  return {
    parameters,
    lines: [...familiesOf(weights).values()]
      .map((files) => ({
        label: files[0]!.label,
        files: files.length,
        bytes: files.reduce((sum, { file }) => sum + file.sizeBytes, 0),
        path: files[0]!.file.path,
        href: opens ? address({ ref }, 'blob', branch, files[0]!.file.path) : null,
      }))
      .sort((a, b) => (gguf ? a.bytes - b.bytes : 0)),
    architecture: gguf?.architecture ?? null,
    contextLength: gguf?.contextLength ?? null,
    onlyPickles: weights.every(({ format }) => format === 'pytorch' || format === 'pickle'),
  };
}

/** Files by what is shown in one line. */
function familiesOf(weights: readonly File[]): ReadonlyMap<string, readonly { file: File; label: string }[]> {
  const families = new Map<string, { file: File; label: string }[]>();
  const quantisations = new Map<string, Set<string>>();
  for (const { path, format, gguf } of weights) {
    if (format !== 'gguf' || !gguf?.quantisation) continue;
    const stems = quantisations.get(gguf.quantisation) ?? new Set();
    quantisations.set(gguf.quantisation, stems.add(stemOf(path)));
  }
  for (const file of weights) {
    const isGguf = file.format === 'gguf';
    const quantisation = file.gguf?.quantisation;
    const isAlone = quantisation && quantisations.get(quantisation)!.size === 1;
    const stem = stemOf(file.path);
    const label = isGguf ? (isAlone ? quantisation : stem.slice(stem.lastIndexOf('/') + 1)) : formatLabels[file.format];
    const key = isGguf ? `gguf ${stem}` : file.format;
    families.set(key, [...(families.get(key) ?? []), { file, label: label ?? file.format }]);
  }
  return families;
}

/** Shards of one file have the same. */
function stemOf(path: string): string {
  return path.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
}

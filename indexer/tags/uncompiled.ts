import { isCompiledType, weightFileOf } from '../../config/compiledModels.js';

/** Weights of other frameworks, which are not read here, as transformers names their files. */
const otherWeights: readonly (readonly [file: RegExp, format: string])[] = [
  [/^tf_model(-\d+-of-\d+)?\.h5$/, 'TensorFlow'],
  [/^flax_model(-\d+-of-\d+)?\.msgpack$/, 'Flax'],
  [/^rust_model\.ot$/, 'Rust (tch)'],
];

/** Why a repository without any ONNX graph has no compiled one either, and what to add; null when it holds no checkpoint. */
export function uncompiledReason(paths: readonly string[], modelType: unknown): string | null {
  const file = weightFileOf(paths);
  const other = otherFileOf(paths);
  if (file === null && other === null) return null;
  const isKnown = isCompiledType(modelType);
  if (file === null) {
    const remedy = isKnown ? 'model.safetensors or onnx/model.onnx' : 'onnx/model.onnx';
    return `its weights are only in ${other}, which is not read here; add ${remedy}`;
  }
  if (!paths.includes('config.json'))
    return `${file} has no config.json beside it, which says what the weights are of; add config.json or onnx/model.onnx`;
  if (typeof modelType !== 'string' || modelType === '')
    return `config.json says no model_type, so ${file} is not compiled; add it, or onnx/model.onnx`;
  return isKnown ? null : `the model_type "${modelType.slice(0, 100)}" is not compiled here; add onnx/model.onnx`;
}

/** The first file of another framework, with that framework's name. */
function otherFileOf(paths: readonly string[]): string | null {
  for (const [pattern, format] of otherWeights) {
    const file = paths.find((path) => pattern.test(path));
    if (file !== undefined) return `${file} (${format})`;
  }
  return null;
}

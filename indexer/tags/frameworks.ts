import { frameworks } from '../../config/vocabulary/libraries.js';
import type { TreeEntry } from '../repository/types.js';
import type { Tag } from './types.js';

/** Files that look like weights and are none. */
const notWeights =
  /(^|\/)(training_args\.bin|optimizer\.(bin|pt)|scheduler\.(bin|pt)|rng_state.*\.pth|tokenizer\.bin|trainer_state\.pt)$|(^|\/)runs\/|\.mlpackage\/.*weight\.bin$/;

/** Patterns of the paths that show a framework or format. `root` patterns match only at the root of the repository. */
const evidence: Readonly<Record<string, { readonly root?: RegExp; readonly anywhere?: RegExp }>> = {
  pytorch: {
    root: /^(pytorch_model|adapter_model|diffusion_pytorch_model|open_clip_pytorch_model)(-\d{5}-of-\d{5})?\.bin(\.index\.json)?$|^[^/]+\.(pt|pth)$/,
    anywhere: /(^|\/)(pytorch_model|diffusion_pytorch_model)(-\d{5}-of-\d{5})?\.bin$/,
  },
  tf: { root: /^tf_model(-\d{5}-of-\d{5})?\.h5(\.index\.json)?$|^saved_model\.pb$|\.ckpt\.index$|^model\.ckpt\./ },
  jax: { root: /^flax_model.*\.msgpack(\.index\.json)?$|^[^/]+\.msgpack$/ },
  tflite: { anywhere: /\.tflite$/ },
  rust: { anywhere: /\.ot$/ },
  coreml: { anywhere: /\.mlmodel$|\.mlpackage\/Manifest\.json$|\.mlmodelc\// },
  onnx: { anywhere: /\.onnx$/ },
  safetensors: { anywhere: /\.safetensors(\.index\.json)?$/ },
  openvino: { anywhere: /(^|\/)openvino_model[^/]*\.xml$/ },
  tensorboard: { anywhere: /(^|\/)events\.out\.tfevents\./ },
  gguf: { anywhere: /\.gguf$/ },
  keras: { anywhere: /\.keras$/, root: /^keras_metadata\.pb$/ },
  joblib: { root: /\.(joblib|skops)$/ },
  paddlepaddle: { anywhere: /\.(pdparams|pdmodel|pdiparams)$/ },
  nemo: { anywhere: /\.nemo$/ },
  mindspore: { anywhere: /\.mindir$/ },
  executorch: { anywhere: /\.pte$/ },
  'unity-sentis': { anywhere: /\.sentis$/ },
  ggml: { anywhere: /(^|\/)ggml-model-[^/]*\.bin$/ },
};

/** Framework and format tags in their fixed order, each with the file that shows it. */
export function frameworkTags(files: readonly TreeEntry[]): readonly Tag[] {
  const paths = files.filter((file) => file.type === 'file').map((file) => file.path).filter((path) => !notWeights.test(path));
  return Object.keys(frameworks).flatMap((name): Tag[] => {
    const found = paths.find((path) => shows(name, path));
    return found ? [{ name, facet: 'library', evidence: [{ rule: 'file name', file: found }] }] : [];
  });
}

function shows(name: string, path: string): boolean {
  const patterns = evidence[name];
  if (!patterns) return false;
  if (patterns.anywhere?.test(path)) return true;
  return !path.includes('/') && (patterns.root?.test(path) ?? false);
}

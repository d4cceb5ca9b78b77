import { frameworks } from '../../config/vocabulary/libraries.js';
import type { RevisionFacts, Tag, TagEvidence } from './types.js';

/** Files that look like weights and are none: what a trainer saves beside them, and parts of other formats. */
const notWeights =
  /(^|\/)(training_args\.bin|optimizer[^/]*\.(bin|pt)|scheduler\.(bin|pt)|rng_state[^/]*\.pth|scaler\.pt|tokenizer\.bin|trainer_state\.pt)$|^runs\/.*\.(pt|pth|bin)$|\.mlpackage\/.*\.bin$/;

/** Whether a path with the ending of weights holds something else. */
export function isNoWeight(path: string): boolean {
  return notWeights.test(path);
}

/** Patterns of the paths that show a framework or format. `root` patterns match only at the root of the repository. */
export const frameworkFiles: Readonly<Record<string, { readonly root?: RegExp; readonly anywhere?: RegExp }>> = {
  pytorch: {
    root: /^(adapter_model|open_clip_pytorch_model)(-\d{5}-of-\d{5})?\.bin(\.index\.json)?$|\.(pt|pth)$/,
    anywhere:
      /(^|\/)(pytorch_model|diffusion_pytorch_model)(\.[\w-]+)?(-\d{5}-of-\d{5})?\.bin(\.index(\.[\w-]+)?\.json)?$/,
  },
  tf: {
    root: /^tf_model(-\d{5}-of-\d{5})?\.h5(\.index\.json)?$|^saved_model\.pb$|\.ckpt(-\d+)?\.index$|^model\.ckpt[.-]/,
  },
  jax: { root: /\.msgpack(\.index\.json)?$/ },
  tflite: { anywhere: /\.tflite$/ },
  rust: { anywhere: /\.ot$/ },
  coreml: { anywhere: /\.mlmodel$|\.mlpackage\/Manifest\.json$|\.mlmodelc\// },
  onnx: { anywhere: /\.onnx$/ },
  safetensors: { anywhere: /\.safetensors(\.index(\.[\w-]+)?\.json)?$/ },
  openvino: { anywhere: /(^|\/)openvino_[^/]*model[^/]*\.xml$/ },
  tensorboard: { anywhere: /(^|\/)events\.out\.tfevents\./ },
  gguf: { anywhere: /\.gguf$/ },
  keras: { anywhere: /\.keras$/ },
  joblib: { root: /\.(joblib|skops)$/ },
  paddlepaddle: { anywhere: /\.(pdparams|pdmodel|pdiparams)$/ },
  nemo: { anywhere: /\.nemo$/ },
  mindspore: { anywhere: /\.mindir$/ },
  executorch: { anywhere: /\.pte$/ },
  'unity-sentis': { anywhere: /\.sentis$/ },
  ggml: { anywhere: /(^|\/)ggml-model-[^/]*\.bin$/ },
};

/** Frameworks that only several facts together show. Each gives the file that stands for them, or null. */
const together: Readonly<
  Record<string, (facts: RevisionFacts, paths: ReadonlySet<string>, library: string | null) => string | null>
> = {
  // A `.bin` of any other name may be anything; its header says whether torch wrote it.
  pytorch: ({ headers }) =>
    Object.keys(headers).find(
      (path) => /^[^/]+\.bin$/.test(path) && !isNoWeight(path) && headers[path]!.format === 'pytorch',
    ) ?? null,
  keras: (_, paths) =>
    ['config.json', 'metadata.json', 'model.weights.h5'].every((path) => paths.has(path)) ? 'model.weights.h5' : null,
  'tf-keras': (_, paths) =>
    paths.has('saved_model.pb') && paths.has('keras_metadata.pb') ? 'keras_metadata.pb' : null,
  joblib: (_, paths, library) =>
    library === 'sklearn' ? ([...paths].find((path) => /^[^/]+\.pkl$/.test(path)) ?? null) : null,
  mindspore: (_, paths, library) =>
    library === 'mindspore' ? ([...paths].find((path) => /^[^/]+\.ckpt$/.test(path)) ?? null) : null,
};

/**
 * Framework and format tags in their fixed order, each with the file that shows it.
 * @param library key of the model's library: some endings mean a framework only beside it
 */
export function frameworkTags(facts: RevisionFacts, library: string | null): readonly Tag[] {
  const files = facts.files.filter((file) => file.type === 'file').map((file) => file.path);
  const paths = files.filter((path) => !isNoWeight(path));
  const all = new Set(files);
  return Object.keys(frameworks).flatMap((name): Tag[] => {
    const byName = paths.find((path) => shows(name, path));
    if (byName) return [tagOf(name, { rule: 'file name', file: byName })];
    const file = together[name]?.(facts, all, library);
    return file ? [tagOf(name, { rule: 'files', file })] : [];
  });
}

function tagOf(name: string, why: TagEvidence): Tag {
  return { name, facet: 'library', evidence: [why] };
}

function shows(name: string, path: string): boolean {
  const patterns = frameworkFiles[name];
  if (!patterns) return false;
  if (patterns.anywhere?.test(path)) return true;
  return !path.includes('/') && (patterns.root?.test(path) ?? false);
}

/*
 * A library asks for one file whenever it loads a model, and for no other as regularly: fetching that one counts as a download, so that a
 * model of twenty files is not counted twenty times. Source: the Hub's "how are downloads counted".
 */

/** What counts where a library has no row. */
const usual = /^(config\.json|config\.yaml|hyperparams\.yaml|params\.json|meta\.yaml)$/;

const byLibrary: ReadonlyMap<string, RegExp> = new Map([
  ['diffusers', /^(modular_)?model_index\.json$|^[^/]+\.(safetensors|ckpt|bin)$/],
  ['peft', /^adapter_config\.json$/],
  ['adapter-transformers', /^adapter_config\.json$/],
  ['timm', /^(pytorch_model\.bin|model\.safetensors)$/],
  ['open_clip', /^open_clip_(model\.safetensors|pytorch_model\.bin)$/],
  ['spacy', /\.whl$/],
  ['flair', /^pytorch_model\.bin$/],
  ['asteroid', /^pytorch_model\.bin$/],
  ['stanza', /^models\/default\.zip$/],
  ['fasttext', /^[^/]+\.bin$/],
  ['sklearn', /^sklearn_model\.joblib$/],
  ['keras', /^config\.json$|\.keras$/],
  ['tf-keras', /^saved_model\.pb$/],
  ['speechbrain', /^hyperparams\.yaml$/],
  ['nemo', /^(model_config\.yaml|[^/]+\.(nemo|json))$/],
  ['paddlenlp', /^model_config\.json$/],
  ['stable-baselines3', /\.zip$/],
  ['ml-agents', /\.onnx$/],
  ['sample-factory', /^cfg\.json$/],
  ['gliner', /^gliner_config\.json$/],
  ['bm25s', /^params\.index\.json$/],
  ['rkllm', /\.rkllm$/],
  ['litert', /\.tflite$/],
  ['litert-lm', /\.(litertlm|task)$/],
  ['ultralytics', /\.pt$/],
  ['mlc-llm', /^mlc-chat-config\.json$/],
]);

/** Whether fetching `path` from a model of that library (null: none is known) counts. Each GGUF file is a model of its own. */
export function isQueryFile(library: string | null, path: string): boolean {
  if (path.endsWith('.gguf')) return true;
  return (byLibrary.get(library ?? '') ?? usual).test(path);
}

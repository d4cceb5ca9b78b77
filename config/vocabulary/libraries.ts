/** Frameworks and file formats, told by files; in the order their tags have. */
export const frameworks: Readonly<Record<string, string>> = {
  pytorch: 'PyTorch',
  tf: 'TensorFlow',
  jax: 'JAX',
  tflite: 'TF Lite',
  rust: 'Rust',
  coreml: 'Core ML',
  onnx: 'ONNX',
  safetensors: 'Safetensors',
  openvino: 'OpenVINO',
  tensorboard: 'TensorBoard',
  gguf: 'GGUF',
  keras: 'Keras',
  'tf-keras': 'TF-Keras',
  joblib: 'Joblib',
  paddlepaddle: 'PaddlePaddle',
  nemo: 'NeMo',
  mindspore: 'MindSpore',
  executorch: 'ExecuTorch',
  'unity-sentis': 'Sentis',
  ggml: 'GGML',
};

/** Libraries by key: the tag, the value of `library_name:`, and what people read. */
export const libraries: Readonly<Record<string, string>> = {
  transformers: 'Transformers',
  'transformers.js': 'Transformers.js',
  diffusers: 'Diffusers',
  'sentence-transformers': 'Sentence Transformers',
  setfit: 'SetFit',
  'span-marker': 'SpanMarker',
  peft: 'PEFT',
  'adapter-transformers': 'Adapters',
  timm: 'timm',
  open_clip: 'OpenCLIP',
  spacy: 'spaCy',
  flair: 'Flair',
  stanza: 'Stanza',
  allennlp: 'AllenNLP',
  asteroid: 'Asteroid',
  espnet: 'ESPnet',
  fairseq: 'Fairseq',
  fastai: 'fastai',
  fasttext: 'fastText',
  sklearn: 'Scikit-learn',
  'keras-hub': 'keras-hub',
  speechbrain: 'SpeechBrain',
  'pyannote-audio': 'pyannote.audio',
  paddlenlp: 'PaddleNLP',
  bertopic: 'BERTopic',
  'stable-baselines3': 'Stable-Baselines3',
  'ml-agents': 'ML-Agents',
  'sample-factory': 'Sample Factory',
  mlx: 'MLX',
  model2vec: 'model2vec',
  gliner: 'gliner',
  bm25s: 'bm25s',
  doctr: 'doctr',
  tensorflowtts: 'tensorflowtts',
  pythae: 'pythae',
  k2: 'k2',
  rkllm: 'rkllm',
  litert: 'litert',
  'litert-lm': 'litert-lm',
  ultralytics: 'ultralytics',
  'mlc-llm': 'mlc-llm',
  'llama-cpp-python': 'llama-cpp-python',
  pyannote: 'pyannote',
};

/** Frameworks that are libraries too: a card tag with their name says which library loads the model. */
const frameworkLibraries: ReadonlySet<string> = new Set(['keras', 'tf-keras', 'nemo', 'mindspore', 'unity-sentis']);

/** Whether a card tag of this name tells the model's library (a mere format, such as `onnx`, does not). */
export function namesLibrary(tag: string): boolean {
  return Object.hasOwn(libraries, tag) || frameworkLibraries.has(tag);
}

/** Whether a tag stands in the filter of libraries, frameworks and formats. */
export function isLibrary(tag: string): boolean {
  return Object.hasOwn(libraries, tag) || Object.hasOwn(frameworks, tag);
}

/** The tag of a library by what people write, its tag or its name in any case: `TensorFlow` → `tf`. Null where none is known. */
export function libraryTag(text: string): string | null {
  const lower = text.toLowerCase();
  if (isLibrary(lower)) return lower;
  const named = Object.entries({ ...frameworks, ...libraries }).find(([, label]) => label.toLowerCase() === lower);
  return named?.[0] ?? null;
}

export function libraryLabel(key: string): string {
  if (Object.hasOwn(libraries, key)) return libraries[key]!;
  return Object.hasOwn(frameworks, key) ? frameworks[key]! : key;
}

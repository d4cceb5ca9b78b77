/**
 * The `model_type`s of config.json whose checkpoints are compiled to a graph. The architectures themselves are in
 * inference/compile/architectures; a test compares the two, since the index must say what runs without seeing them.
 */
const modelTypes: ReadonlySet<string> = new Set([
  ...[
    'albert',
    'bert',
    'camembert',
    'deberta',
    'deberta-v2',
    'distilbert',
    'electra',
    'modernbert',
    'mpnet',
    'nomic_bert',
    'roberta',
    'tapas',
    'xlm-roberta',
  ],
  ...[
    'clip',
    'clip_text_model',
    'clip_vision_model',
    'convnext',
    'convnextv2',
    'deit',
    'depth_anything',
    'detr',
    'dinov2',
    'dinov2_with_registers',
    'dpt',
    'resnet',
    'segformer',
    'siglip',
    'siglip_vision_model',
    'swin',
    'swinv2',
    'vilt',
    'vision-encoder-decoder',
    'vit',
    'yolos',
  ],
  ...['audio-spectrogram-transformer', 'hubert', 'vits', 'wav2vec2', 'whisper'],
  ...['bart', 'blenderbot', 'blenderbot-small', 'm2m_100', 'marian', 'mbart', 'mt5', 'pegasus', 't5', 'umt5'],
  ...['bloom', 'gpt2', 'gpt_neox', 'opt', 'phi', 'phi3'],
  ...['gemma', 'gemma2', 'gemma3_text', 'llama', 'mistral', 'qwen2', 'qwen3', 'smollm3'],
]);

/** Weight files that a checkpoint is compiled from, the first that is there. */
const weightFiles = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;

export type WeightFile = (typeof weightFiles)[number];

/** Names of the files that are compiled begin with it. */
export const compiledPrefix = 'compiled-';

/** The path that stands for the graph made of a checkpoint, among the paths of pushed graphs. */
export const compiledGraph = 'compiled';

/** What the graph is called that the hub makes of that one in int8; `int8` alone is a file that somebody pushed. */
export const compiledInt8 = 'compiled-int8';

export function isCompiledType(modelType: unknown): boolean {
  return typeof modelType === 'string' && modelTypes.has(modelType);
}

export function compiledTypes(): readonly string[] {
  return [...modelTypes];
}

/** The file that the weights are read from, or null. */
export function weightFileOf(paths: Iterable<string>): WeightFile | null {
  const there = new Set(paths);
  return weightFiles.find((file) => there.has(file)) ?? null;
}

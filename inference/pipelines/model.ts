import type { TextEncoding } from './encoding.js';

/** Numbers of a graph's output, row by row. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** The fields of config.json that answers depend on; a file that lies about their types is read as if they were absent. */
export interface ModelConfig {
  readonly modelType: string;
  readonly architectures: readonly string[];
  readonly problemType: string | null;
  /** Labels by class index; null when the file names none. */
  readonly labels: readonly string[] | null;
  /** Class indices by label, as `label2id` says; it need not agree with `labels`. */
  readonly labelIds: ReadonlyMap<string, number>;
}

/** How a sentence-transformers repository makes one vector of the token vectors. */
export interface SentenceModules {
  readonly pooling: readonly PoolingMode[];
  /** Whether the tokens of a prompt are pooled too; those of models with instructions are only read. */
  readonly poolsPrompt: boolean;
  /** What is done to the pooled vector, in this order. */
  readonly steps: readonly VectorStep[];
  readonly lowerCase: boolean;
  readonly maxLength: number | null;
  /** Texts that are put before a text, by name (`query`, `passage`). */
  readonly prompts: ReadonlyMap<string, string>;
  /** The prompt of calls that name none, or null. */
  readonly defaultPrompt: string | null;
  /** Why not all modules are run here, or null; the graph must then give the embedding itself. */
  readonly notRun: string | null;
}

/** A vector is divided by its length, or goes through a dense layer. */
export type VectorStep = 'Normalize' | Dense;

/** `activation(weights · vector + bias)`. */
export interface Dense {
  /** Its folder, for messages. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Row by row, a row for each output. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  readonly activation: Activation;
}

/** The class names of PyTorch's activations that are known here. */
export const activations = ['Identity', 'Tanh', 'ReLU', 'Sigmoid', 'SiLU'] as const;
export type Activation = (typeof activations)[number];

export const poolingModes = ['cls', 'max', 'mean', 'mean_sqrt_len', 'weightedmean', 'lasttoken'] as const;
export type PoolingMode = (typeof poolingModes)[number];

/** What stands around a text of one language. */
export interface LanguageMark {
  /** The language's own token, which a text in it begins with. */
  readonly id: number;
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

/** How a tokenizer of several languages says which one a text is in. */
export interface LanguageMarks {
  /** Null for a language that it does not know. */
  of(language: string): LanguageMark | null;
  /** In the tokenizer's order, for messages. */
  readonly known: readonly string[];
}

export interface TextTokenizer {
  /** Tokens of a text or a pair with the special tokens around them, not truncated. */
  encode(text: string, pair?: string): Promise<TextEncoding>;
  /** Ids of the text alone, without special tokens. */
  ids(text: string): Promise<readonly number[]>;
  /** `cleansUp`: whether spaces before punctuation go; default as the tokenizer's files say. */
  decode(ids: readonly number[], skipSpecial: boolean, cleansUp?: boolean): Promise<string>;
  /** Text of tokens by the tokenizer's decoder. */
  join(tokens: readonly string[]): string;
  tokenOf(id: number): string;
  idOf(token: string): number | null;
  /** Tokens of the vocabulary, without those that were added to it: a model need not know them. */
  readonly vocabularySize: number;
  readonly maskToken: string | null;
  readonly maskId: number | null;
  readonly padId: number | null;
  readonly clsId: number | null;
  readonly unkId: number | null;
  /** Tokens that continue a word begin with it (WordPiece); null for tokenizers that do not mark them. */
  readonly subwordPrefix: string | null;
  /** Texts that are too long lose their start, not their end. */
  readonly truncatesLeft: boolean;
  /** Null where no tokens mark languages. */
  readonly languages: LanguageMarks | null;
}

/** What `data` of a graph's input or output holds, by its number type. */
export interface TensorData {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly float16: Uint16Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly bool: Uint8Array;
}
export type TensorType = keyof TensorData;

/** Numbers with their type, row by row: what graphs take and give. */
export type TypedTensor = {
  readonly [T in TensorType]: { readonly type: T; readonly data: TensorData[T]; readonly dims: readonly number[] };
}[TensorType];

/** Texts, row by row: what graphs that read tables also take and give. */
export interface TextTensor {
  readonly type: 'string';
  readonly data: readonly string[];
  readonly dims: readonly number[];
}

/** An input or output as the graph declares it; null = a free dimension. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | null)[];
}

/** One graph of a loaded model. */
export interface ModelGraph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Runs the graph; `wanted` names the outputs to fetch, default all. Outputs of number types that are not in TensorData
   * are left out. @throws HubError DEADLINE_EXCEEDED when the call's time is over before the run begins,
   * INFERENCE_UNAVAILABLE when the graph fails
   */
  run(
    feeds: Readonly<Record<string, TypedTensor>>,
    wanted?: readonly string[],
  ): Promise<ReadonlyMap<string, TypedTensor>>;
}

/** A graph as it was loaded, which may also read and give texts. */
export interface LoadedGraph extends ModelGraph {
  /** As `run`, of one output, where numbers may also be texts; null when the output is neither. */
  runForOne(
    feeds: Readonly<Record<string, TypedTensor | TextTensor>>,
    wanted: string,
  ): Promise<TypedTensor | TextTensor | null>;
}

/** JSON files of the repository as they stand; an absent file is an empty object. */
export interface ModelSettings {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly generation: Readonly<Record<string, unknown>>;
  /** preprocessor_config.json: of images and sounds. */
  readonly preprocessor: Readonly<Record<string, unknown>>;
}

/** A loaded model as the pipelines see it. */
export interface Model {
  readonly config: ModelConfig;
  readonly settings: ModelSettings;
  /** Whether its graphs were compiled here; absent = somebody else made them. */
  readonly isCompiled?: boolean;
  /** @throws HubError INFERENCE_UNAVAILABLE when the repository has none that can be used */
  readonly tokenizer: TextTokenizer;
  /** Most tokens of one sequence, special tokens included. */
  readonly maxLength: number;
  readonly sentence: SentenceModules | null;
  /**
   * Runs one sequence. Outputs by the graph's names, in the graph's order. @throws HubError DEADLINE_EXCEEDED when the
   * call's time is over before the run begins
   */
  run(encoding: TextEncoding): Promise<ReadonlyMap<string, Tensor>>;
  /**
   * A graph by the name that optimum gives its file, without ending: `model`, `encoder_model`, `decoder_model_merged`…;
   * null when the model has none of that name.
   */
  graph(name: string): LoadedGraph | null;
  /** Text of a file at the top of the repository (`chat_template.jinja`), null when there is none. */
  file(name: string): Promise<string | null>;
}

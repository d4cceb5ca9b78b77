/** Reads byte ranges of one file. Reading past the end gives fewer bytes; a weight reader never asks for the whole file. */
export interface RangeReader {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}

export type WeightFormat =
  | 'safetensors'
  | 'onnx'
  | 'gguf'
  | 'pytorch'
  | 'pickle'
  | 'h5'
  | 'keras'
  | 'msgpack'
  | 'tflite'
  | 'coreml'
  | 'numpy';

export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute byte range in the file, when the format tells. */
  readonly offset?: number;
  readonly sizeBytes?: number;
}

/** What the header of one weight file says. Nothing is ever executed to learn it. */
export interface WeightHeader {
  readonly format: WeightFormat;
  /** Elements per dtype ('F32' → 1204), in the Hub's spelling (F32, F16, BF16, I64, U8, …, Q4_K for GGUF). */
  readonly parameters: Readonly<Record<string, number>>;
  /** safetensors: elements by the ending of the tensor's name and dtype, where it may be no weight or a packed one. */
  readonly helpers?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly tensorCount: number;
  /** Tensors in file order, at most `maxListedTensors`. */
  readonly tensors: readonly TensorInfo[];
  /** Small facts worth showing: producer, opset, architecture, context length, `__metadata__`… */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  /** ONNX: files named by external data. */
  readonly externalFiles?: readonly string[];
  /** ONNX: domains of operators that only a library outside the file has. */
  readonly libraryDomains?: readonly string[];
  /** Pickles: what unpickling would import, with a verdict. */
  readonly pickleImports?: readonly {
    readonly name: string;
    readonly verdict: 'innocuous' | 'suspicious' | 'dangerous';
  }[];
  /** GGUF: chat template etc. as raw text, cut. */
  readonly warnings: readonly string[];
}

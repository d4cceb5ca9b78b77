import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { HubError } from '../../../config/errors.js';
import type { Port, TensorType, TextTensor, TypedTensor } from '../../pipelines/model.js';
import { sizeProblem } from '../../pipelines/portSizes.js';
import { unavailable } from '../../snapshot/snapshotFiles.js';

const tensorTypes: ReadonlySet<string> = new Set<TensorType>([
  'float32',
  'float64',
  'float16',
  'int64',
  'int32',
  'uint8',
  'int8',
  'bool',
]);

/** A graph that ONNX Runtime holds. */
export class GraphSession {
  readonly #session: InferenceSession;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(portOf);
    this.outputs = session.outputMetadata.map(portOf);
  }

  /** Custom operator libraries are never loaded: the graph's standard operators are all there is. @throws HubError INFERENCE_UNAVAILABLE */
  static async open(file: string, intraOpThreads: number): Promise<GraphSession> {
    try {
      return new GraphSession(await InferenceSession.create(file, sessionOptions(intraOpThreads)));
    } catch (error) {
      // ONNX Runtime names files by their whole path; where the hub keeps them is not for users.
      const reason = firstLine(error).replaceAll(path.dirname(file) + path.sep, '');
      throw unavailable(`ONNX Runtime cannot open its graph: ${reason}`);
    }
  }

  /** Outputs in the graph's order. @throws HubError INFERENCE_UNAVAILABLE when the graph fails */
  async run(
    feeds: Readonly<Record<string, TypedTensor>>,
    wanted: readonly string[] = this.#session.outputNames,
  ): Promise<ReadonlyMap<string, TypedTensor>> {
    const outputs = await this.#outputs(feeds, wanted);
    const tensors = new Map<string, TypedTensor>();
    for (const name of wanted) {
      const output = outputs[name];
      if (output instanceof OrtTensor && tensorTypes.has(output.type))
        tensors.set(name, { type: output.type, data: output.data, dims: output.dims } as TypedTensor);
    }
    return tensors;
  }

  /** One output, of numbers or of texts, or null. @throws HubError INFERENCE_UNAVAILABLE when the graph fails */
  async runForOne(
    feeds: Readonly<Record<string, TypedTensor | TextTensor>>,
    wanted: string,
  ): Promise<TypedTensor | TextTensor | null> {
    const output = (await this.#outputs(feeds, [wanted]))[wanted];
    if (!(output instanceof OrtTensor)) return null;
    const { type, data, dims } = output;
    return type === 'string' || tensorTypes.has(type) ? ({ type, data, dims } as TypedTensor | TextTensor) : null;
  }

  async #outputs(
    feeds: Readonly<Record<string, TypedTensor | TextTensor>>,
    wanted: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    for (const port of this.inputs) refuseOtherSizes(port, feeds[port.name]?.dims);
    const inputs: Record<string, OrtTensor> = {};
    const failed = (error: unknown): never => {
      throw unavailable(`its graph failed: ${tableProblem(error) ?? firstLine(error)}`);
    };
    try {
      for (const [name, { type, data, dims }] of Object.entries(feeds)) inputs[name] = new OrtTensor(type, data, dims);
    } catch (error) {
      failed(error);
    }
    return this.#session.run(inputs, [...wanted]).catch(failed);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * How the threads of a run wait for each other: 20 microseconds awake, longer than most of these waits, of which each layer has several,
 * then asleep. Waking is slower than that; but threads that stay awake for long take the cores from the other models' threads.
 */
export const waiting = { allow_spinning: '1', spin_duration_us: '20' } as const;

function sessionOptions(intraOpThreads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    logSeverityLevel: 3,
    extra: { session: { intra_op: waiting } },
  };
}

function portOf(meta: InferenceSession.ValueMetadata): Port {
  if (!meta.isTensor) return { name: meta.name, type: 'none', dims: [] };
  const dims = meta.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : null));
  return { name: meta.name, type: meta.type, dims };
}

/**
 * ONNX Runtime's own message names the sizes on later lines, as indices. Texts and sounds are as long as the caller made them;
 * what a picture is brought to is said by the model's own files.
 * @throws HubError INFERENCE_INPUT_INVALID (of [rows, length]), INFERENCE_UNAVAILABLE
 */
function refuseOtherSizes(port: Port, given: readonly number[] | undefined): void {
  const reason = sizeProblem(port, given);
  if (reason === null) return;
  if (port.dims.length !== 2) throw unavailable(reason);
  throw new HubError('INFERENCE_INPUT_INVALID', { reason });
}

/** What ONNX Runtime's Gather says of an index beyond its table, in words of the model; null for other failures. */
export function tableProblem(error: unknown): string | null {
  const found = /idx=(-?\d+) must be within the inclusive range \[-\d+,(\d+)\]/.exec(String(error));
  if (!found) return null;
  return (
    `it needs row ${found[1]} of a table of ${Number(found[2]) + 1} rows; where that is its embedding, the tokenizer knows ` +
    'more tokens than the weights (vocab_size in config.json), or the text has more places than the model'
  );
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!.slice(0, 500);
}

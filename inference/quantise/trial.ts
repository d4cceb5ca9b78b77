import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileReader } from '../../indexer/formats/index.js';
import { type OnnxExternal, type OnnxGraph, writeOnnx } from '../compile/onnxWriter.js';
import { refusal } from '../compile/refusal.js';
import type { Model } from '../pipelines/model.js';
import { encodeToFit } from '../pipelines/text/fit.js';
import { type LoadedModel, loadModel } from '../runner/models/loadedModel.js';
import { floatsOf } from '../snapshot/numberFormats.js';
import { type Answer, answerOf, closenessOf, hasScores } from './answers.js';
import { type Int8Group, type Int8Stored, int8Graph } from './int8Graph.js';
import { type Matrix, quantised, smoothingFactors } from './int8Layer.js';
import type { LinearGroup } from './linearGroups.js';
import type { Measurer } from './search.js';
import { calibrationTexts, heldBackTexts, longText } from './texts.js';

/** At this length speed is compared, or at the model's own where that is less. */
const timedTokens = 128;
/** Runs of each graph, in turns, so that both see the same machine. */
const timedRuns = 40;
/** Of ONNX Runtime: the search takes one core from those who are answered meanwhile. */
export const trialThreads = 1;

export interface TrialOptions {
  readonly folder: string;
  /** Begins the names of its files. */
  readonly name: string;
  readonly graph: OnnxGraph;
  /** The float32 model, opened with `trialThreads`. */
  readonly exact: Model;
}

/** Plans of one snapshot, written and run. Of all groups the int8 weights are made once, in one file that plans share. */
export class Trial implements Measurer {
  readonly #options: TrialOptions;
  readonly #weights: string;
  readonly #groups = new Map<string, Int8Group>();
  readonly #answers: Record<'calibration' | 'heldBack', readonly Answer[] | null> = {
    calibration: null,
    heldBack: null,
  };

  constructor(options: TrialOptions) {
    this.#options = options;
    this.#weights = `${options.name}.weights`;
  }

  async quantise(groups: readonly LinearGroup[]): Promise<void> {
    const peaks = await this.#peaks(groups);
    const file = await open(this.#path(this.#weights), 'w');
    try {
      await this.#writeGroups(groups, peaks, file);
      // A graph that is kept must find its numbers after a power cut too.
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #writeGroups(
    groups: readonly LinearGroup[],
    peaks: ReadonlyMap<string, Float32Array>,
    file: FileHandle,
  ): Promise<void> {
    let offset = 0;
    for (const group of groups) {
      const matrices = await Promise.all(group.layers.map(({ weight }) => readMatrix(this.#options.folder, weight)));
      const factors = smoothingFactors(peaks.get(group.name)!, matrices);
      const layers: Int8Stored[] = [];
      for (const matrix of matrices) {
        const { data, scales } = quantised(matrix, factors);
        await file.writeFile(new Uint8Array(data.buffer));
        layers.push({ external: { location: this.#weights, offset, length: data.length }, scales });
        offset += data.length;
      }
      this.#groups.set(group.name, { group, factors, layers });
    }
  }

  /** The largest magnitudes of each group's inputs over the calibration texts. */
  async #peaks(groups: readonly LinearGroup[]): Promise<ReadonlyMap<string, Float32Array>> {
    const { graph } = this.#options;
    const seen = groups.map(({ name, input }) => ({
      operator: 'Identity',
      inputs: [input],
      outputs: [`input:${name}`],
    }));
    const outputs = seen.map((node) => ({ name: node.outputs[0]!, type: 'float' as const, dims: null }));
    const watched = { ...graph, nodes: [...graph.nodes, ...seen], outputs };
    const peaks = new Map<string, Float32Array>();
    await this.#with(watched, async (model) => {
      for (const text of calibrationTexts) {
        const given = await model.run(await encodeToFit(model, text, { truncation: true }));
        for (const { name, layers } of groups) {
          const peak = peaks.get(name) ?? new Float32Array(layers[0]!.weight.dims[1]!);
          raise(peak, given.get(`input:${name}`)!.data);
          peaks.set(name, peak);
        }
      }
    });
    return peaks;
  }

  async closeness(plan: readonly string[], texts: 'calibration' | 'heldBack') {
    const asked = texts === 'calibration' ? calibrationTexts : heldBackTexts;
    this.#answers[texts] ??= await answersOf(this.#options.exact, asked);
    const tried = await this.#with(this.#planned(plan), (model) => answersOf(model, asked));
    return closenessOf(this.#answers[texts], tried);
  }

  /** Whether the model gives scores, so that having the same highest one says something. Known once answers were compared. */
  get hasScores(): boolean {
    return this.#answers.heldBack?.some(hasScores) ?? false;
  }

  async speed(plan: readonly string[]): Promise<number> {
    const { exact } = this.#options;
    return this.#with(this.#planned(plan), async (tried) => {
      const encoding = await encodeToFit(exact, longText, { truncation: true, limit: timedTokens });
      const times: { exact: number[]; tried: number[] } = { exact: [], tried: [] };
      for (let run = -2; run < timedRuns; run++) {
        const took = { exact: await timed(() => exact.run(encoding)), tried: await timed(() => tried.run(encoding)) };
        if (run < 0) continue;
        times.exact.push(took.exact);
        times.tried.push(took.tried);
      }
      return typical(times.exact) / typical(times.tried);
    });
  }

  /** The plan's graph under its own name, whole or not at all. */
  async keep(plan: readonly string[]): Promise<string> {
    const file = `${this.#options.name}.onnx`;
    const temporary = this.#path(`${file}.${randomBytes(6).toString('hex')}.tmp`);
    await writeFile(temporary, writeOnnx(this.#planned(plan)), { flush: true });
    await rename(temporary, this.#path(file));
    return file;
  }

  #planned(plan: readonly string[]): OnnxGraph {
    return int8Graph(
      this.#options.graph,
      plan.map((name) => this.#groups.get(name)!),
    );
  }

  /** Opens a graph for some work, and leaves nothing of it. */
  async #with<T>(graph: OnnxGraph, work: (model: Model) => Promise<T>): Promise<T> {
    const file = `${this.#options.name}.${randomBytes(6).toString('hex')}.onnx`;
    let loaded: LoadedModel | null = null;
    try {
      await writeFile(this.#path(file), writeOnnx(graph));
      loaded = await loadModel(this.#options.folder, file, trialThreads);
      return await work(loaded.forCall(Number.POSITIVE_INFINITY));
    } finally {
      await loaded?.release();
      await rm(this.#path(file), { force: true });
    }
  }

  #path(file: string): string {
    return path.join(this.#options.folder, file);
  }
}

const storedTypes = { float: 'F32', float16: 'F16', bfloat16: 'BF16' } as const;

async function readMatrix(folder: string, { name, type, dims, external }: OnnxExternal): Promise<Matrix> {
  const stored = type === 'float' || type === 'float16' || type === 'bfloat16' ? storedTypes[type] : null;
  if (!stored) throw refusal(`${name} has the number type ${type}, of which no int8 is made`);
  const reader = await fileReader(path.join(folder, external.location));
  try {
    const data = floatsOf(stored, await reader.read(external.offset, external.length));
    return { data, outputs: dims[0]!, inputs: dims[1]! };
  } finally {
    await reader.close();
  }
}

async function answersOf(model: Model, texts: readonly string[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const text of texts) answers.push(await answerOf(model, text));
  return answers;
}

/** Raises each peak to the magnitudes in `rows`, row after row. */
function raise(peaks: Float32Array, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at++) {
    const column = at % peaks.length;
    peaks[column] = Math.max(peaks[column]!, Math.abs(rows[at]!));
  }
}

/** Microseconds of the processor: those of a clock would be the others' work too, since a search goes last. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** That of an undisturbed run: what happens beside only makes it longer. */
function typical(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)]!;
}

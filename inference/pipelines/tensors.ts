import { z } from 'zod';
import type { Model, ModelGraph, Port, TensorType, TypedTensor } from './model.js';
import { definePipeline } from './pipeline.js';
import { sizeProblem } from './portSizes.js';
import { invalidInput } from './request.js';

/** Bytes of one number; what a graph's string tensors hold does not come here. */
export const tensorBytes = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
} as const satisfies Readonly<Record<TensorType, number>>;

const maxTensors = 100;
const maxElements = 2 ** 27;

/** What a graph takes and gives, and the answer of a call that only asks for it. */
export interface GraphPorts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export interface NamedTensors {
  readonly outputs: readonly { readonly name: string; readonly tensor: TypedTensor }[];
}

const tensor = z.custom<TypedTensor>((value) => isTensor(value), { error: 'is not a tensor' });

/**
 * A graph's own tensors: no tokens, no pictures, whatever the graph is for. `inputs` are tensors by name, or null to ask
 * what the graph takes. Not a task of the catalogue: the Open Inference Protocol is its door.
 */
export const tensors = definePipeline({
  inputs: z.record(z.string(), tensor).nullable(),
  parameters: z.object({
    /** Outputs to give; default all that are numbers. */
    outputs: z.array(z.string()).max(maxTensors).nullish(),
    /** Graph of a model of several (`encoder_model`); default the only or first one. */
    part: z.string().nullish(),
  }),
  async answer(model, inputs, { outputs, part }): Promise<GraphPorts | NamedTensors> {
    const graph = partOf(model, part ?? null);
    if (inputs === null) return { inputs: graph.inputs, outputs: graph.outputs };
    checkNames(graph, Object.keys(inputs), outputs ?? []);
    for (const port of graph.inputs) {
      const problem = sizeProblem(port, inputs[port.name]?.dims);
      if (problem !== null) throw invalidInput(`inputs: ${problem}`);
    }
    const given = await graph.run(inputs, outputs && outputs.length > 0 ? outputs : undefined);
    return { outputs: [...given].map(([name, found]) => ({ name, tensor: found })) };
  },
});

/** Graphs of one model, the one that stands for it first. */
const parts = ['model', 'encoder_model', 'decoder_model_merged', 'decoder_model', 'decoder_with_past_model'];

function partOf(model: Model, asked: string | null): ModelGraph {
  const names = asked === null ? parts : [asked];
  const found = names.map((name) => model.graph(name)).find((graph) => graph !== null);
  if (found) return found;
  throw invalidInput(`parameters.part: this model has no graph "${asked ?? 'model'}"`);
}

function checkNames({ inputs, outputs }: GraphPorts, given: readonly string[], asked: readonly string[]): void {
  const missing = inputs.filter(({ name }) => !given.includes(name));
  if (missing[0]) throw invalidInput(`inputs: the graph also takes ${missing.map(({ name }) => name).join(', ')}`);
  const known = (ports: readonly Port[]) => ports.map(({ name }) => name).join(', ');
  const surplus = given.find((name) => !inputs.some((port) => port.name === name));
  if (surplus !== undefined) throw invalidInput(`inputs: the graph has no input "${surplus}"; it has ${known(inputs)}`);
  const unknown = asked.find((name) => !outputs.some((port) => port.name === name));
  if (unknown !== undefined)
    throw invalidInput(`outputs: the graph has no output "${unknown}"; it has ${known(outputs)}`);
}

function isTensor(value: unknown): boolean {
  const { type, data, dims } = (value ?? {}) as Partial<TypedTensor>;
  if (type === undefined || !Object.hasOwn(tensorBytes, type) || !ArrayBuffer.isView(data)) return false;
  if (!Array.isArray(dims) || !dims.every((size) => Number.isSafeInteger(size) && size >= 0)) return false;
  const count = dims.reduce((product, size) => product * size, 1);
  return count <= maxElements && count === data.length;
}

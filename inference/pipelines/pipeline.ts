import type { z } from 'zod';
import type { Model } from './model.js';

/** What a pipeline sees of the call that it answers. */
export interface PipelineCall {
  /** As it was asked for: `translation_en_to_de` is answered by the pipeline `translation`. */
  readonly task: string;
  /** Aborts when the caller has left: what runs in steps ends at the next one. */
  readonly signal: AbortSignal;
  /** Brings the caller a part of the answer before the answer, as plain data. */
  readonly emit: (event: unknown) => void;
}

/** How one task is answered: what its bodies hold, and the way from a body to an answer. */
export interface Pipeline<I extends z.ZodType = z.ZodType, P extends z.ZodType = z.ZodType> {
  readonly inputs: I;
  readonly parameters: P;
  /** False: a repository without a tokenizer can answer it; where one is needed after all, `answer` says so. */
  readonly needsTokenizer?: false;
  /** @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE, DEADLINE_EXCEEDED, CALL_CANCELLED */
  answer(model: Model, inputs: z.output<I>, parameters: z.output<P>, call: PipelineCall): Promise<unknown>;
}

/** Ties the types of a pipeline's schemas to its code; the table of pipelines then needs none of them. */
export function definePipeline<I extends z.ZodType, P extends z.ZodType>(pipeline: Pipeline<I, P>): Pipeline {
  return pipeline as unknown as Pipeline;
}

import { z } from 'zod';

/** What a task takes and gives; /docs/hub/models-inference has each task's. */
export const question = z.looseObject({
  inputs: z.unknown(),
  parameters: z.looseObject({}).optional(),
  options: z.looseObject({ use_cache: z.boolean().optional(), wait_for_model: z.boolean().optional() }).optional(),
});

/** As the task has it: JSON, or the bytes of a picture or sound. */
export const taskAnswer = z.unknown();

export const status = z.looseObject({
  loaded: z.boolean(),
  state: z.enum(['Loaded', 'Loading', 'Loadable', 'Quarantined', 'Unavailable']),
  framework: z.string().nullable(),
  reason: z.string().optional(),
});

export const endpointHealth = z.strictObject({ status: z.literal('ok') });

export const endpointInfo = z.strictObject({
  model_id: z.string(),
  model_sha: z.string(),
  model_pipeline_tag: z.string().nullable(),
  version: z.string(),
});

export const openAiModel = z.strictObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});

const tensor = z.looseObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const graphPorts = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
});

export const tensorRequest = z.looseObject({
  id: z.string().optional(),
  inputs: z.array(tensor.extend({ data: z.unknown().optional() })),
  outputs: z.array(z.looseObject({ name: z.string() })).optional(),
});

export const tensorAnswer = z.looseObject({
  model_name: z.string(),
  outputs: z.array(tensor),
});

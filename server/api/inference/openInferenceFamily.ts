import { z } from 'zod';
import type { ApiFamily } from '../family.js';
import { openInferenceApi } from './openInference.js';
import { graphPorts, tensorAnswer, tensorRequest } from './schemas.js';

const about = '`/versions/{rev}` may follow the name; `owner%2Fname` is one segment to some clients.';

export const openInferenceFamily: ApiFamily = {
  name: 'Open Inference Protocol',
  about: 'The tensors of graphs themselves. See /docs/hub/models-tensors.',
  router: openInferenceApi,
  operations: [
    {
      id: 'getInferenceServer',
      method: 'GET',
      path: '/v2',
      summary: 'Name, version and extensions of the server',
      access: 'anyone',
      answer: z.strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }),
    },
    {
      id: 'isLive',
      method: 'GET',
      path: '/v2/health/live',
      summary: 'Alive',
      access: 'anyone',
      answer: z.strictObject({ live: z.boolean() }),
    },
    {
      id: 'isReady',
      method: 'GET',
      path: '/v2/health/ready',
      summary: 'Ready to run models; 503 when not',
      access: 'anyone',
      answer: z.strictObject({ ready: z.boolean() }),
    },
    {
      id: 'getGraph',
      method: 'GET',
      path: '/v2/models/{namespace}/{repo}',
      summary: 'Inputs and outputs of a model’s graph',
      about,
      access: 'infer',
      answer: graphPorts,
    },
    {
      id: 'isGraphReady',
      method: 'GET',
      path: '/v2/models/{namespace}/{repo}/ready',
      summary: 'Whether a graph can be run; 400 with the reason when not',
      about,
      access: 'read',
      answer: z.strictObject({ name: z.string(), ready: z.literal(true) }),
    },
    {
      id: 'getGraphConfig',
      method: 'GET',
      path: '/v2/models/{namespace}/{repo}/config',
      summary: 'Inputs and outputs in the form that Triton’s clients read',
      about,
      access: 'infer',
      answer: z.looseObject({ name: z.string(), input: z.array(z.unknown()), output: z.array(z.unknown()) }),
    },
    {
      id: 'runGraph',
      method: 'POST',
      path: '/v2/models/{namespace}/{repo}/infer',
      summary: 'Runs a graph on tensors, JSON or binary',
      about,
      access: 'infer',
      body: { schema: tensorRequest },
      answer: tensorAnswer,
    },
  ],
};

import type { ApiFamily } from '../family.js';
import { inferenceApi } from './hubInference.js';
import { endpointHealth, endpointInfo, question, status, taskAnswer } from './schemas.js';

const about =
  'Also below `/hf-inference`. `@revision` may follow the name. Takes JSON, or the bytes of a picture or sound.';

export const inferenceFamily: ApiFamily = {
  name: 'Inference',
  about: 'Running models. See /docs/hub/models-inference for what each task takes and gives.',
  router: inferenceApi,
  operations: [
    {
      id: 'runModel',
      method: 'POST',
      path: '/models/{namespace}/{repo}',
      summary: 'Runs a model',
      about,
      access: 'infer',
      body: { schema: question },
      answer: taskAnswer,
    },
    {
      id: 'runModelForTask',
      method: 'POST',
      path: '/models/{namespace}/{repo}/pipeline/{task}',
      summary: 'Runs a model for another task that it can answer',
      about,
      access: 'infer',
      body: { schema: question },
      answer: taskAnswer,
    },
    {
      id: 'runTask',
      method: 'POST',
      path: '/pipeline/{task}/{namespace}/{repo}',
      summary: 'Runs a model for a task, by the older address',
      about,
      access: 'infer',
      body: { schema: question },
      answer: taskAnswer,
    },
    {
      id: 'getModelStatus',
      method: 'GET',
      path: '/status/{namespace}/{repo}',
      summary: 'Whether a model can be run, and is loaded',
      access: 'read',
      answer: status,
    },
    {
      id: 'getModelHealth',
      method: 'GET',
      path: '/models/{namespace}/{repo}/health',
      summary: 'Whether a model can be asked, as of a server of that model alone',
      access: 'read',
      answer: endpointHealth,
    },
    {
      id: 'getModelServer',
      method: 'GET',
      path: '/models/{namespace}/{repo}/info',
      summary: 'Which model is asked there, at which commit and for which task',
      access: 'read',
      answer: endpointInfo,
    },
  ],
};

import { z } from 'zod';
import { chatBody, completionBody, embeddingBody } from '../../openAi/requestBody.js';
import type { ApiFamily } from '../family.js';
import type { Description } from '../frame/operation.js';
import { openAiApi } from './openAi.js';
import { openAiModel } from './schemas.js';

const answered = { object: z.string(), model: z.string() };
const usage = z.looseObject({ prompt_tokens: z.int(), total_tokens: z.int() });

const doors = [
  {
    id: 'chat',
    path: 'chat/completions',
    summary: 'Answers a conversation',
    schema: chatBody,
    answer: z.looseObject({ ...answered, id: z.string(), choices: z.array(z.looseObject({ index: z.int() })), usage }),
  },
  {
    id: 'completeText',
    path: 'completions',
    summary: 'Continues a text',
    schema: completionBody,
    answer: z.looseObject({
      ...answered,
      id: z.string(),
      choices: z.array(z.looseObject({ text: z.string() })),
      usage,
    }),
  },
  {
    id: 'embed',
    path: 'embeddings',
    summary: 'Vectors of texts',
    schema: embeddingBody,
    answer: z.looseObject({ ...answered, data: z.array(z.looseObject({ index: z.int() })), usage }),
  },
] as const;

const about = 'With `stream: true` the answer comes as server-sent events.';

function doorsAt(place: string, idEnd: string, where: string): readonly Description[] {
  return doors.map(({ id, path, summary, schema, answer }) => ({
    id: id + idEnd,
    method: 'POST',
    path: `${place}/v1/${path}`,
    summary: `${summary}; ${where}`,
    ...(id === 'embed' ? {} : { about }),
    access: 'infer',
    body: { schema },
    answer,
  }));
}

export const openAiFamily: ApiFamily = {
  name: 'OpenAI’s API',
  about: 'For clients of OpenAI’s API. See /docs/hub/models-generation#openais-api.',
  router: openAiApi,
  operations: [
    ...doorsAt('', '', '`model` is the id'),
    {
      id: 'listRunnableModels',
      method: 'GET',
      path: '/v1/models',
      summary: 'The models that run here',
      access: 'anyone',
      answer: z.strictObject({ object: z.literal('list'), data: z.array(openAiModel) }),
    },
    {
      id: 'getRunnableModel',
      method: 'GET',
      path: '/v1/models/{namespace}/{repo}',
      summary: 'One of the models that run here',
      access: 'read',
      answer: openAiModel,
    },
    ...doorsAt('/models/{namespace}/{repo}', 'OfModel', 'below the address of a model'),
  ],
};

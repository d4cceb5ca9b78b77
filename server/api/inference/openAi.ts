import express, { type Request, type Response, Router } from 'express';
import { HubError } from '../../../config/errors.js';
import { type Asking, askingOf } from '../../openAi/asking.js';
import { answerChat } from '../../openAi/chatCompletions.js';
import { answerCompletion } from '../../openAi/completions.js';
import { answerEmbeddings } from '../../openAi/embeddings.js';
import { modelList, oneModel } from '../../openAi/modelList.js';
import { openAiErrors } from '../../openAi/openAiErrors.js';
import { chatBody, completionBody, embeddingBody, parsedBody } from '../../openAi/requestBody.js';
import { rawPath } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { findModel } from '../findModel.js';

const maxBodyBytes = 10 * 1_048_576;

/** `/v1/…` with the model in the body, or below the model's own address. */
const place = '^(?:(?:/hf-inference)?/models/(?<id>[^/@]+(?:/[^/@]+)?(?:@.+)?))?/v1';

/** What stands behind `/v1`, with the way from a body to the answer. */
const doors: readonly { readonly path: RegExp; readonly answer: (asked: Asked) => Promise<void> }[] = [
  {
    path: new RegExp(`${place}/chat/completions$`),
    answer: ({ asking, body }) => {
      const parsed = parsedBody(chatBody, body);
      return answerChat(asking(parsed.model), parsed);
    },
  },
  {
    path: new RegExp(`${place}/completions$`),
    answer: ({ asking, body }) => {
      const parsed = parsedBody(completionBody, body);
      return answerCompletion(asking(parsed.model), parsed);
    },
  },
  {
    path: new RegExp(`${place}/embeddings$`),
    answer: ({ asking, body }) => {
      const parsed = parsedBody(embeddingBody, body);
      return answerEmbeddings(asking(parsed.model), parsed);
    },
  },
];

interface Asked {
  readonly body: unknown;
  readonly asking: (bodyId: string | null | undefined) => Asking;
}

/** OpenAI's API: chats, texts, embeddings and the list of models. */
export function openAiApi(services: Services): Router {
  const router = Router();
  const json = express.json({ limit: maxBodyBytes, type: () => true, strict: false });
  for (const { path, answer } of doors) {
    router.post(path, services.limitCalls, json, async (request: Request, response: Response) => {
      const id = path.exec(rawPath(request))?.groups?.id ?? null;
      // Who names a model that is not there hears of that first.
      if (id !== null) findModel(services, request, id);
      await answer({
        body: request.body as unknown,
        asking: (bodyId) => askingOf(services, request, response, id, bodyId),
      });
    });
    router.all(path, (request) => {
      throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
    });
  }
  router.get('/v1/models', async (request, response) => {
    response.json(await modelList(services, request));
  });
  router.get(/^\/v1\/models\/(.+)$/, (request, response) => {
    response.json(oneModel(services, request, rawPath(request).slice('/v1/models/'.length)));
  });
  router.use('/v1', (request) => {
    throw new HubError('ENTRY_NOT_FOUND', { path: request.baseUrl + request.path });
  });
  router.use(openAiErrors(services.log));
  return router;
}

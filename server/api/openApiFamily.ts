import { z } from 'zod';
import { version } from '../version.js';
import type { ApiFamily } from './family.js';
import { openApiDocument } from './frame/openApi.js';
import { operation } from './frame/operation.js';

/** `families` is asked later: this one is among them. */
export function openApiFamily(families: () => readonly ApiFamily[]): ApiFamily {
  return {
    name: 'About the API',
    about: 'What the API is.',
    operations: [
      operation({
        id: 'getOpenApi',
        method: 'GET',
        path: '/api/openapi.json',
        summary: 'This API as an OpenAPI 3.1 document',
        access: 'anyone',
        answer: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
        handle: (_, { request }) =>
          openApiDocument(families(), { url: request.baseUrlOfHub, version: version() }) as {
            openapi: string;
            paths: Record<string, unknown>;
          },
      }),
    ],
  };
}

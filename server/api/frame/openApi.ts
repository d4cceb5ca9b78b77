import { z } from 'zod';
import { errorTable } from '../../../config/errors.js';
import { repoTypes } from './address.js';
import type { Access, Description } from './operation.js';
import type { JsonSchema } from './parameters.js';

/** Operations of one subject, as the document and the page group them. */
export interface Family {
  readonly name: string;
  readonly about: string;
  readonly operations: readonly Description[];
}

const placeSchemas: Readonly<Record<string, JsonSchema>> = {
  repoType: { type: 'string', enum: Object.keys(repoTypes) },
};

const placeWords: Readonly<Record<string, string>> = {
  namespace: 'User or organisation',
  repo: 'Name of the repository',
  rev: 'Branch, tag, commit or `refs/pr/N`; a slash within it is written `%2F`',
  path: 'Path in the repository',
};

const accessWords: Readonly<Record<Access, string>> = {
  anyone: 'Needs no credentials; they widen what is seen.',
  user: 'Needs a token of any role.',
  writer: 'Needs a token that may write.',
  named: 'Needs a token that may write to what the body names.',
  admin: 'For administrators of the hub.',
  signed: 'Needs what another operation signed for it.',
  read: 'For whoever may read the repository.',
  fetch: 'For whoever may read the files of the repository.',
  infer: 'For whoever may run the model.',
  like: 'For whoever is signed in and may read the repository.',
  discuss: 'For whoever is signed in and may read the repository.',
  write: 'For whoever may write to the repository.',
  create: 'For whoever may make repositories there.',
  manage: 'For whoever may change the settings of the repository.',
};

/** The OpenAPI 3.1 document of these families. */
export function openApiDocument(families: readonly Family[], hub: { url: string; version: string }): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const family of families) {
    for (const operation of family.operations) {
      paths[operation.path] ??= {};
      paths[operation.path]![operation.method.toLowerCase()] = describe(operation, family.name);
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hubstead', version: hub.version, description: 'The API of this hub, for the Hub’s clients.' },
    servers: [{ url: hub.url }],
    tags: families.map(({ name, about }) => ({ name, description: about })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token from /settings/tokens' } },
      responses: {
        Error: { description: 'What went wrong', content: { 'application/json': { schema: errorSchema } } },
      },
    },
  };
}

const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    error: { type: 'string', description: 'Also in the header X-Error-Message; X-Error-Code has a word for it' },
    hint: { type: 'string' },
  },
  required: ['error'],
};

function describe(operation: Description, tag: string): object {
  return {
    operationId: operation.id,
    tags: [tag],
    summary: operation.summary,
    description: descriptionOf(operation),
    ...(operation.access === 'anyone' ? { security: [{}, { token: [] }] } : { security: securityOf(operation.access) }),
    parameters: [...placeParameters(operation.path), ...queryParameters(operation)],
    ...(operation.body ? { requestBody: { content: bodyContent(operation.body) } } : {}),
    responses: {
      200: answerOf(operation),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

export function descriptionOf({ access, about }: Description): string {
  return [about, accessWords[access]].filter((part) => part !== undefined).join('\n\n');
}

function securityOf(access: Access): object[] {
  const isOptional = access === 'read' || access === 'fetch' || access === 'infer';
  return isOptional ? [{}, { token: [] }] : [{ token: [] }];
}

function placeParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(placeWords[name] ? { description: placeWords[name] } : {}),
    schema: placeSchemas[name] ?? { type: 'string' },
  }));
}

function queryParameters({ query = {} }: Description): object[] {
  return Object.entries(query).map(([name, { about, schema }]) => ({ name, in: 'query', description: about, schema }));
}

function bodyContent(body: NonNullable<Description['body']>): object {
  if (!('schema' in body)) return { [body.mediaType]: { schema: { type: 'string', description: body.about } } };
  const schema = jsonSchema(body.schema, 'input');
  return {
    'application/json': { schema },
    ...(body.orForm ? { 'application/x-www-form-urlencoded': { schema } } : {}),
  };
}

function answerOf({ answer }: Description): object {
  if (answer === null) return { description: 'Done' };
  if (!(answer instanceof z.ZodType)) return { description: 'The bytes', content: { [answer.mediaType]: {} } };
  return { description: 'The answer', content: { 'application/json': { schema: jsonSchema(answer, 'output') } } };
}

/** Those that were asked for. Rows do not change, and anybody may ask: all of them take tens of milliseconds, in which nothing else is answered. */
const made = { input: new WeakMap<z.ZodType, JsonSchema>(), output: new WeakMap<z.ZodType, JsonSchema>() };

/** A zod schema as JSON Schema; what JSON Schema cannot say is anything. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const known = made[io].get(schema);
  if (known) return known;
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  made[io].set(schema, rest);
  return rest;
}

/** Codes that `X-Error-Code` may hold. */
export const errorCodes: readonly string[] = [
  ...new Set(Object.values(errorTable).flatMap((row) => ('hubCode' in row ? [row.hubCode] : []))),
];

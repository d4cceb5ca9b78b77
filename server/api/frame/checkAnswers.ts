import type { RequestHandler } from 'express';
import { z } from 'zod';
import { rawPath } from '../../pages/respond.js';
import { addressOf } from './address.js';
import type { Description } from './operation.js';

/**
 * Holds what is answered against the schema of its row: for tests, which run the whole hub with it. An answer that its row does
 * not describe becomes an error 500 that says where.
 */
export function checkAnswers(operations: readonly Description[]): RequestHandler {
  // Some protocols write a whole id as one segment, `owner%2Fname`: the address that says most of itself is meant.
  const table = operations
    .map((operation) => ({ operation, address: addressOf(operation.path) }))
    .sort((a, b) => wordsOf(b.operation) - wordsOf(a.operation));
  return (request, response, next) => {
    const json = response.json.bind(response);
    response.json = (body: unknown) => {
      // The address of what went wrong may be one that cannot be read.
      if (response.statusCode !== 200) return json(body);
      const row = table.find(
        ({ operation, address }) => isAsked(operation, request.method) && address.match(rawPath(request)),
      );
      const schema = row?.operation.answer;
      if (schema instanceof z.ZodType) {
        const { error } = schema.safeParse(JSON.parse(JSON.stringify(body ?? null)));
        if (error)
          throw new Error(`${row!.operation.id} answered what its schema does not say:\n${z.prettifyError(error)}`);
      }
      return json(body);
    };
    next();
  };
}

function isAsked({ method }: Description, asked: string): boolean {
  return method === asked || (method === 'GET' && asked === 'HEAD');
}

function wordsOf({ path }: Description): number {
  return path.split('/').filter((part) => !part.startsWith('{')).length;
}

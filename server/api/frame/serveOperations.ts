import express, { type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import { queryOf, rawPath } from '../../pages/respond.js';
import { findRepository } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { type Address, addressOf, type Place, repoTypes } from './address.js';
import { mayCall } from './mayCall.js';
import type { JsonBody, Operation } from './operation.js';
import { readQuery } from './parameters.js';

const usualBodyBytes = 1_048_576;

interface Served {
  readonly operation: Operation;
  readonly address: Address;
  readonly readBody: readonly RequestHandler[];
}

/**
 * Serves a table of operations: finds the row of an address, asks whether the caller may, reads query and body by the row's
 * schemas, and sends what the row gives back. Rows are tried in their order.
 */
export function serveOperations(services: Services, operations: readonly Operation[]): RequestHandler {
  const table = operations.map((operation) => ({
    operation,
    address: addressOf(operation.path),
    readBody: bodyReaders(operation),
  }));
  const begins = new Set(operations.map(({ path }) => firstSegment(path)));
  return async (request, response, next) => {
    const path = rawPath(request);
    // Every page passes here: none of them is looked for among a hundred rows.
    if (!begins.has(firstSegment(path))) return next();
    const found = findRow(services, table, request.method, path);
    if (!found) {
      const methods = methodsOf(table, path);
      if (methods.length === 0) return next();
      response.set('Allow', methods.join(', '));
      throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
    }
    await call(services, found, request, response);
  };
}

function firstSegment(path: string): string {
  return path.split('/', 2)[1] ?? '';
}

interface Found extends Served {
  readonly place: Place;
}

/** One segment in the place of `{namespace}/{repo}` is an alias, or else the beginning of another address. */
function findRow(services: Services, table: readonly Served[], method: string, path: string): Found | null {
  const wanted = method === 'HEAD' ? ['HEAD', 'GET'] : [method];
  let unknownAlias: Found | null = null;
  for (const row of table) {
    const place = wanted.includes(row.operation.method) ? row.address.match(path) : null;
    if (!place) continue;
    if (place.repo === undefined || place.namespace !== undefined) return { ...row, place };
    if (services.catalog.aliasTarget(kindOf(place), place.repo)) return { ...row, place };
    unknownAlias ??= { ...row, place };
  }
  return unknownAlias;
}

function methodsOf(table: readonly Served[], path: string): readonly string[] {
  return [...new Set(table.filter((row) => row.address.match(path)).map((row) => row.operation.method))];
}

async function call(
  services: Services,
  { operation, place, readBody }: Found,
  request: Request,
  response: Response,
): Promise<void> {
  const repo = place.repo === undefined ? null : repositoryOf(services, request, response, place);
  if (repo === 'moved') return;
  const readsQuery = () => readQuery(operation.query ?? {}, queryOf(request));
  mayCall(services, operation.accessFor?.(readsQuery(), place) ?? operation.access, request.viewer, repo);
  const query = readsQuery();
  const body = await bodyOf(operation, readBody, request, response);
  const answer = await operation.handle(services, {
    viewer: request.viewer,
    get caller() {
      if (request.viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
      return request.viewer;
    },
    place,
    get repo() {
      if (!repo) throw new HubError('INTERNAL');
      return repo;
    },
    query,
    body,
    request,
    response,
  });
  if (answer !== undefined) response.json(answer);
  else if (operation.answer === null && !response.headersSent) response.status(200).end();
}

/** Names that a repository had, and other spellings of its name, lead on; clients keep method and body on a 307. */
function repositoryOf(services: Services, request: Request, response: Response, place: Place): RepoRow | 'moved' {
  const owner = place.namespace ?? null;
  const found = findRepository(services, request.viewer, { kind: kindOf(place), owner, name: place.repo! });
  if (!found) throw new HubError('REPO_NOT_FOUND');
  const { ref } = found.row;
  const isOtherName = owner !== null && repoId(ref).toLowerCase() !== `${owner}/${place.repo}`.toLowerCase();
  if (!isOtherName) return found.row;
  // Relative: older clients follow no other.
  response.redirect(307, movedAddress(request, ref));
  return 'moved';
}

function movedAddress(request: Request, ref: RepoRow['ref']): string {
  const parts = request.originalUrl.split('/');
  // `/api/{repoType}/{namespace}/{repo}…`: the query may follow the name at once.
  const [, rest = ''] = /^[^?]*(\?.*)?$/.exec(parts[4] ?? '') ?? [];
  const [owner, name] = repoId(ref).split('/').map(encodeURIComponent);
  return [...parts.slice(0, 3), owner, `${name}${rest}`, ...parts.slice(5)].join('/');
}

function kindOf(place: Place): RepoRow['ref']['kind'] {
  return repoTypes[(place.repoType ?? 'models') as keyof typeof repoTypes];
}

async function bodyOf(
  { body }: Operation,
  readers: readonly RequestHandler[],
  request: Request,
  response: Response,
): Promise<unknown> {
  if (!body || !isJson(body)) return undefined;
  for (const read of readers) {
    await new Promise<void>((resolve, reject) => {
      read(request, response, (error: unknown) => (error ? reject(error) : resolve()));
    });
  }
  const parsed = body.schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  throw new HubError('BAD_REQUEST', { reason: firstIssue(parsed.error) });
}

/** Clients of old send bodies without a type, and JSON on DELETE: whatever is no form is JSON. */
function bodyReaders({ body }: Operation): readonly RequestHandler[] {
  if (!body || !isJson(body)) return [];
  const limit = body.limitBytes ?? usualBodyBytes;
  const isForm = (request: { headers: { 'content-type'?: string } }): boolean =>
    /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const json = express.json({ limit, type: (request) => !(body.orForm && isForm(request)), strict: false });
  return body.orForm ? [express.urlencoded({ limit, extended: false, parameterLimit: 10_000 }), json] : [json];
}

function isJson(body: NonNullable<Operation['body']>): body is JsonBody {
  return 'schema' in body;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : 'The body is not what this address takes';
}

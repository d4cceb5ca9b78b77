import { createHash } from 'node:crypto';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoPath } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import { createRepository } from '../repositories/createRepository.js';
import type { Services } from '../services.js';

/** As Python's and JavaScript's clients send it; older ones say `private`, newer ones `visibility`. */
const body = z.object({
  name: z.string(),
  organization: z.string().nullish(),
  type: z.string().nullish(),
  private: z.boolean().nullish(),
  visibility: z.enum(['public', 'private', 'protected']).nullish(),
  license: z.string().nullish(),
  files: z
    .array(
      z.object({
        path: z.string().min(1).max(500),
        content: z.string(),
        encoding: z.enum(['base64', 'utf-8']).default('utf-8'),
      }),
    )
    .max(100)
    .nullish(),
});

const kinds: Readonly<Record<string, RepoKind>> = { model: 'model', dataset: 'dataset' };

/**
 * `POST /api/repos/create`: 200 with the repository's `url`, `name` and `id`; 409 with the `url` when it is there already.
 * @throws HubError as createRepository does, and BAD_REQUEST for the body
 */
export function reposApi(services: Services): Router {
  const router = Router();
  router.post('/api/repos/create', express.json({ limit: '20mb', type: () => true }), create(services));
  return router;
}

function create(services: Services): RequestHandler {
  return async (request, response) => {
    const { viewer } = request;
    if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
    const parsed = body.safeParse(request.body);
    if (!parsed.success) throw new HubError('BAD_REQUEST', { reason: firstIssue(parsed.error) });
    const { name, owner } = splitName(parsed.data.name, parsed.data.organization ?? viewer.user.name);
    const kind = kinds[parsed.data.type ?? 'model'];
    if (!kind) throw new HubError('BAD_REQUEST', { reason: `type is "model" or "dataset", not "${parsed.data.type}"` });
    const address = (ref: RepoRow['ref']): string => request.baseUrlOfHub + repoPath(ref);
    try {
      const row = await createRepository(services, viewer, {
        kind,
        owner,
        name,
        private: isPrivate(services, parsed.data),
        license: parsed.data.license?.toLowerCase(),
        files: parsed.data.files?.map(({ path, content, encoding }) => ({
          path: checkedPath(path),
          content: Buffer.from(content, encoding),
        })),
      });
      response.json({ url: address(row.ref), name: `${row.ref.owner}/${row.ref.name}`, id: hexId(row) });
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'NAME_TAKEN') throw error;
      const row = services.catalog.find(kind, owner, name);
      const text = `You already created this ${kind} repo`;
      response
        .status(409)
        .set('X-Error-Message', text)
        .json({ error: text, url: address(row?.ref ?? { kind, owner, name }) });
    }
  };
}

/** `owner/name` in `name` is what the oldest clients send. */
function splitName(name: string, organization: string): { owner: string; name: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { owner: organization, name } : { owner: name.slice(0, slash), name: name.slice(slash + 1) };
}

function isPrivate({ options }: Services, { visibility, private: flag }: z.infer<typeof body>): boolean {
  if (visibility) return visibility !== 'public';
  return flag ?? options.newRepoVisibility === 'private';
}

function checkedPath(path: string): string {
  const parts = path.split('/');
  if (
    /[\u0000-\u001f\\]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')
  ) {
    throw new HubError('BAD_REQUEST', { reason: `"${path}" is not a path of a file in a repository` });
  }
  return path;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : 'The body is not what this address takes';
}

/** 24 hex digits, as the Hub's ids look; stable for a repository. */
function hexId({ id, createdAtMs }: Pick<RepoRow, 'id' | 'createdAtMs'>): string {
  return createHash('sha256').update(`${id}:${createdAtMs}`).digest('hex').slice(0, 24);
}

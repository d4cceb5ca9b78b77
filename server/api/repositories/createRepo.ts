import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import { createRepository } from '../../repositories/createRepository.js';
import type { Services } from '../../services.js';
import { operation } from '../frame/operation.js';
import { hexId } from '../hexId.js';
import { refOfBody, signedInCaller } from './namedRepository.js';

/** As Python's and JavaScript's clients send it; older ones say `private`, newer ones `visibility`. */
const body = z.object({
  name: z.string(),
  organization: z.string().nullish(),
  type: z.string().nullish(),
  private: z.boolean().nullish(),
  visibility: z.enum(['public', 'private', 'protected']).nullish(),
  license: z.string().nullish(),
  sdk: z.enum(['gradio', 'streamlit', 'docker', 'static']).nullish(),
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

export const createRepo = operation({
  id: 'createRepository',
  method: 'POST',
  path: '/api/repos/create',
  summary: 'Makes a repository',
  about: 'Answers 409, with the `url` too, when it is there already.',
  access: 'named',
  body: { schema: body, limitBytes: 20_000_000 },
  answer: z.strictObject({ url: z.string(), name: z.string(), id: z.string() }),
  async handle(services, { viewer, body, request, response }) {
    const { kind, owner, name } = refOfBody(signedInCaller(viewer), body);
    const address = (ref: RepoRow['ref']): string => request.baseUrlOfHub + repoPath(ref);
    try {
      const row = await createRepository(services, viewer, {
        kind,
        owner,
        name,
        private: isPrivate(services, body),
        license: body.license?.toLowerCase(),
        ...(kind === 'space' && body.sdk ? { sdk: body.sdk } : {}),
        files: body.files?.map(({ path, content, encoding }) => ({
          path: checkedPath(path),
          content: Buffer.from(content, encoding),
        })),
      });
      return { url: address(row.ref), name: `${row.ref.owner}/${row.ref.name}`, id: hexId('repo', row) };
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'NAME_TAKEN') throw error;
      const row = services.catalog.find(kind, owner, name);
      const text = `You already created this ${kind} repo`;
      response
        .status(409)
        .set('X-Error-Message', text)
        .json({ error: text, url: address(row?.ref ?? { kind, owner, name }) });
      return undefined;
    }
  },
});

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

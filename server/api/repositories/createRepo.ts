import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { createRepository } from '../../repositories/createRepository.js';
import { operation } from '../frame/operation.js';
import { answerMade, madeShape } from './made.js';
import { refOfBody } from './namedRepository.js';
import { privacy, wantsPrivate } from './privacy.js';

/** As Python's and JavaScript's clients send it. */
const body = z.object({
  name: z.string(),
  organization: z.string().nullish(),
  type: z.string().nullish(),
  ...privacy,
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
  answer: madeShape,
  handle(services, call) {
    const { viewer, body } = call;
    const ref = refOfBody(call.caller, body);
    return answerMade(services, call, ref, () =>
      createRepository(services, viewer, {
        ...ref,
        private: wantsPrivate(body) ?? services.options.newRepoVisibility === 'private',
        license: body.license?.toLowerCase(),
        ...(ref.kind === 'space' && body.sdk ? { sdk: body.sdk } : {}),
        files: body.files?.map(({ path, content, encoding }) => ({
          path: checkedPath(path),
          content: Buffer.from(content, encoding),
        })),
      }),
    );
  },
});

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

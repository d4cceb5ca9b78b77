import { z } from 'zod';
import { parseRepoId } from '../../../config/repo.js';
import { duplicateRepository } from '../../repositories/duplicateRepository.js';
import { operation } from '../frame/operation.js';
import { answerMade, madeShape } from './made.js';
import { privacy, wantsPrivate } from './privacy.js';

export const duplicateRepo = operation({
  id: 'duplicateRepository',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/duplicate',
  summary: 'Makes a repository of the same branches, tags and files',
  about:
    'Needs a token that may write to the namespace of the new one. That one is private where the first is private or gated, ' +
    'unless the body says otherwise. Answers 409, with the `url` too, when it is there already.',
  access: 'fetch',
  body: {
    schema: z.object({
      repository: z.string(),
      ...privacy,
    }),
  },
  answer: madeShape,
  handle(services, call) {
    const { caller, repo, body } = call;
    const to = parseRepoId(repo.ref.kind, body.repository);
    return answerMade(services, call, to, () =>
      duplicateRepository(services, caller, repo, {
        to,
        private: wantsPrivate(body) ?? (repo.private || repo.gated !== null),
      }),
    );
  },
});

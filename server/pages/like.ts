import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { repoPath } from '../../config/repo.js';
import { readForm } from '../csrf.js';
import { copyFacts } from '../maintenance/repoFacts.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';

/** POST `/{owner}/{name}/like`: the viewer likes the repository, or with `do=unlike` no longer. */
export function like(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const form = await readForm(services, request, response);
    if (request.viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
    if (!services.can(request.viewer, 'like', row))
      throw new HubError('FORBIDDEN', { reason: 'This token has the role "read"' });
    services.catalog.like(row.id, request.viewer.user.id, form.do !== 'unlike');
    copyFacts(services, row);
    response.redirect(303, repoPath(row.ref));
  };
}

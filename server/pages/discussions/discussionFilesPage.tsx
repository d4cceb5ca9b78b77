import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { DiscussionFilesPage } from '../../../views/pages/discussions/discussion.js';
import { compare } from '../../discussions/comparison.js';
import { discussionOf } from '../../discussions/discuss.js';
import { requireFiles } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { changesView, sendAlone } from '../files/commit/commitPage.js';
import { headerReader } from '../files/content/weightHeaders.js';
import { chromeOf, decodeSegment, sendPage } from '../respond.js';
import { discussionHead } from './discussionHead.js';

/** `…/discussions/N/files`: what a pull request would change, or changed, with the parameters of `/commit/{id}`. */
export function discussionFilesPage(services: Services): RequestHandler {
  const headerOf = headerReader(services);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const discussion = discussionOf(services, row, decodeSegment(request.params.num as string));
    if (!discussion.pullRequest) throw new HubError('PAGE_NOT_FOUND');
    requireFiles(services, request.viewer, row);
    const repository = services.repositories.open(row.ref);
    const compared = await compare(services, row, discussion);
    const changes =
      compared &&
      (await changesView({ repository, row, headerOf }, request, await repository.commit(compared.head), {
        here: `${repoPath(row.ref)}/discussions/${discussion.num}/files`,
        from: compared.fork,
      }));
    if (changes && (await sendAlone(services, request, response, changes))) return;
    const view = await discussionHead(services, request, row, discussion);
    const page = <DiscussionFilesPage chrome={chromeOf(services, request, response)} view={view} changes={changes} />;
    await sendPage(services, request, response, page);
  };
}

import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { DiscussionCommitsPage } from '../../../views/pages/discussions/discussion.js';
import { compare } from '../../discussions/comparison.js';
import { discussionOf } from '../../discussions/discuss.js';
import { mayOpen } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { commitLink } from '../files/place.js';
import { chromeOf, decodeSegment, sendPage } from '../respond.js';
import { discussionHead } from './discussionHead.js';

const mostCommits = 250;

/** `…/discussions/N/commits`: what a pull request brings, or brought. */
export function discussionCommitsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const discussion = discussionOf(services, row, decodeSegment(request.params.num as string));
    if (!discussion.pullRequest) throw new HubError('PAGE_NOT_FOUND');
    const compared = await compare(services, row, discussion);
    const repository = services.repositories.open(row.ref);
    const commits = compared && (await repository.since(compared.fork, compared.head, { limit: mostCommits + 1 }));
    const opens = () => mayOpen(services, request.viewer, row);
    const rows = commits?.slice(0, mostCommits).map((commit) => ({
      ...commitLink(services, { row, opens }, commit),
      tree: `${repoPath(row.ref)}/tree/${commit.oid}`,
      file: null,
    }));
    const page = (
      <DiscussionCommitsPage
        chrome={chromeOf(services, request, response)}
        view={await discussionHead(services, request, row, discussion)}
        commits={rows ?? null}
        more={(commits?.length ?? 0) > mostCommits}
      />
    );
    await sendPage(services, request, response, page);
  };
}

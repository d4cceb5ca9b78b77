import type { RequestHandler } from 'express';
import { HubError } from '../../../../config/errors.js';
import { repoPath } from '../../../../config/repo.js';
import { CommitPage, type CommitView } from '../../../../views/pages/files/commit.js';
import { repositoryOfPage } from '../../../repositories/findRepository.js';
import type { Services } from '../../../services.js';
import { headOf } from '../../model.js';
import { chromeOf, decodeSegment, queryOf, sendPage } from '../../respond.js';
import { headerReader } from '../content/weightHeaders.js';
import { changedFiles } from './changedFiles.js';

/**
 * `/commit/{id}`: what one commit changed against its first parent; `?style=split` side by side, `?w=1` without what only
 * changes white space, `?file=` one file alone.
 */
export function commitPage(services: Services): RequestHandler {
  const headerOf = headerReader(services);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const asked = decodeSegment(request.params.oid as string);
    const oid = await repository.resolve(asked);
    if (!oid) throw new HubError('REVISION_NOT_FOUND', { revision: asked });
    const commit = await repository.commit(oid);
    const look = lookOf(queryOf(request));
    const here = `${repoPath(row.ref)}/commit/${oid}`;
    const hrefOf = (change: Partial<Look>): string => here + written({ ...look, ...change });
    const changed = await changedFiles({ repository, row, headerOf }, commit, {
      ignoreWhitespace: look.ignoreWhitespace,
      only: look.file,
      hrefOf: (file) => hrefOf({ file }),
    });
    const view: CommitView = {
      head: await headOf(services, request, row),
      oid,
      title: commit.title,
      body: commit.body,
      author: commit.author.name,
      committer: commit.committer.name === commit.author.name ? null : commit.committer.name,
      atMs: commit.committedAtMs,
      parents: commit.parents.map((parent) => ({ oid: parent, href: `${repoPath(row.ref)}/commit/${parent}` })),
      ...changed,
      isSplit: look.isSplit,
      ignoresWhitespace: look.ignoreWhitespace,
      links: {
        unified: hrefOf({ isSplit: false }),
        split: hrefOf({ isSplit: true }),
        whitespace: hrefOf({ ignoreWhitespace: !look.ignoreWhitespace }),
        all: look.file === null ? null : hrefOf({ file: null }),
        tree: `${repoPath(row.ref)}/tree/${oid}`,
      },
    };
    const page = <CommitPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };
}

interface Look {
  readonly isSplit: boolean;
  readonly ignoreWhitespace: boolean;
  readonly file: string | null;
}

function lookOf(query: URLSearchParams): Look {
  return { isSplit: query.get('style') === 'split', ignoreWhitespace: query.get('w') === '1', file: query.get('file') };
}

function written({ isSplit, ignoreWhitespace, file }: Look): string {
  const query = new URLSearchParams({
    ...(isSplit ? { style: 'split' } : {}),
    ...(ignoreWhitespace ? { w: '1' } : {}),
    ...(file === null ? {} : { file }),
  }).toString();
  return query && `?${query}`;
}

import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { CommitPage, type CommitView } from '../../../views/pages/files/commit.js';
import { CommitsPage, type CommitsView } from '../../../views/pages/files/commits.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, decodeSegment, queryOf, sendPage } from '../respond.js';
import { parsePatch } from './parsePatch.js';
import { address, commitLink, crumbsOf, placeOf } from './place.js';

const maxPatchBytes = 500_000;
const commitsPerPage = 50;

/** `/commits/{rev}[/{path}]`, `?p=` counts pages from 0. */
export function commitsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const place = await placeOf(services, request, row);
    const page = Math.min(100_000, Math.max(0, Math.floor(Number(queryOf(request).get('p')) || 0)));
    const found = await services.repositories.open(row.ref).log(place.commit, {
      skip: page * commitsPerPage,
      limit: commitsPerPage + 1,
      ...(place.path ? { path: place.path } : {}),
    });
    const here = address(row, 'commits', place.revision, place.path);
    const view: CommitsView = {
      head: await headOf(services, request, row),
      revision: place.revision,
      path: place.path,
      crumbs: crumbsOf(place, 'blob'),
      rows: found.slice(0, commitsPerPage).map((commit) => commitLink(row, commit)),
      older: found.length > commitsPerPage ? `${here}?p=${page + 1}` : null,
      newer: page > 0 ? (page === 1 ? here : `${here}?p=${page - 1}`) : null,
    };
    const shown = <CommitsPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, shown);
  };
}

/** `/commit/{id}`: what one commit changed against its first parent. */
export function commitPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const asked = decodeSegment(request.params.oid as string);
    const oid = await repository.resolve(asked);
    if (!oid) throw new HubError('REVISION_NOT_FOUND', { revision: asked });
    const commit = await repository.commit(oid);
    const ignoreWhitespace = queryOf(request).get('w') === '1';
    const patch = await repository.patch(oid, { maxBytes: maxPatchBytes, ignoreWhitespace });
    const view: CommitView = {
      head: await headOf(services, request, row),
      oid,
      title: commit.title,
      body: commit.body,
      author: commit.author.name,
      atMs: commit.committedAtMs,
      parents: commit.parents.map((parent) => ({ oid: parent, href: `${repoPath(row.ref)}/commit/${parent}` })),
      files: parsePatch(patch.text).map(({ isGone, ...file }) => ({
        ...file,
        href: isGone ? null : address(row, 'blob', oid, file.path),
      })),
      cut: patch.cut,
      tree: `${repoPath(row.ref)}/tree/${oid}`,
    };
    const page = <CommitPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };
}

import type { RequestHandler } from 'express';
import { CommitsPage, type CommitsView } from '../../../views/pages/files/commits.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendPage } from '../respond.js';
import { address, commitLink, crumbsOf, placeOf } from './place.js';

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
      rows: found.slice(0, commitsPerPage).map((commit) => commitLink(services, row, commit)),
      older: found.length > commitsPerPage ? `${here}?p=${page + 1}` : null,
      newer: page > 0 ? (page === 1 ? here : `${here}?p=${page - 1}`) : null,
    };
    const shown = <CommitsPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, shown);
  };
}

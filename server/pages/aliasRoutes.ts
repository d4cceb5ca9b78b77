import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { type RepoKind, repoPath, repoPrefixes } from '../../config/repo.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import type { PageRoute } from './pageRoute.js';
import { decodeSegment } from './respond.js';

const below = '(?:/(?:tree|blob|raw|resolve|commits|commit|settings)(?:/.*)?)';
const modelPages = new RegExp(`^/(?<name>[^/]+)${below}$`);
const spacePages = new RegExp(`^/spaces/(?<name>[^/]+)${below}?$`);
const datasetPages = new RegExp(`^/datasets/(?<name>[^/]+)${below}?$`);

/** Pages of a repository under its one-segment name. The alias of a model alone is a profile's address: profile.tsx. */
export const aliasRoutes: readonly PageRoute[] = [
  { method: 'GET', path: modelPages, when: isAlias('model', modelPages), handler: follow('model') },
  { method: 'GET', path: datasetPages, when: isAlias('dataset', datasetPages), handler: follow('dataset') },
  { method: 'GET', path: spacePages, when: isAlias('space', spacePages), handler: follow('space') },
];

/** After all pages of repositories: what looks like an alias and is none names a repository that is not there. */
export const noAliasRoutes: readonly PageRoute[] = [
  { method: 'GET', path: datasetPages, handler: follow('dataset') },
  { method: 'GET', path: spacePages, handler: follow('space') },
];

/** To whom the repository is hidden, its alias is too: the address answers as it does for a name of nobody. */
function isAlias(kind: RepoKind, pages: RegExp): NonNullable<PageRoute['when']> {
  return (services, path, viewer) => {
    const name = pages.exec(path)?.groups?.name;
    return (
      name !== undefined && findRepository(services, viewer, { kind, owner: null, name: decodeSegment(name) }) !== null
    );
  };
}

function follow(kind: RepoKind): (services: Services) => RequestHandler {
  return (services) => (request: Request, response: Response) => {
    const written = request.params.name as string;
    const found = findRepository(services, request.viewer, { kind, owner: null, name: decodeSegment(written) });
    if (!found) throw new HubError('REPO_NOT_FOUND');
    const prefix = `/${repoPrefixes[kind]}${written}`;
    response.redirect(307, repoPath(found.row.ref) + request.originalUrl.slice(prefix.length));
  };
}

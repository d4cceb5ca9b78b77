import { setTimeout as wait } from 'node:timers/promises';
import type { Request } from 'express';
import type { HubError } from '../../config/errors.js';
import { kindOfPath, repoId, repoPath } from '../../config/repo.js';
import type { Commit, Repository } from '../../indexer/repository/types.js';
import type { ErrorView } from '../../views/pages/error.js';
import type { RepoRow } from '../accounts/types.js';
import { mayOpen } from '../gating/requireFiles.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { address, commitAddress, type Place } from './files/place.js';
import { headOf } from './model.js';
import { repositoryAddress } from './pageRoute.js';
import { decodeSegment, rawPath } from './respond.js';

const repositoryPage = new RegExp(repositoryAddress);
const filePage = new RegExp(
  `${repositoryAddress}/(?<door>tree|blob|raw|resolve|commits?|blame|edit|delete|new|upload)/(?<revision>[^/]+)(?:/(?<path>.+?))?/?$`,
);
const maxBranches = 20;
/** git may walk a long history for it: then nothing is said of it. */
const historyMs = 400;

export type Nearby = Pick<ErrorView, 'head' | 'actions' | 'branches' | 'last'>;

const nothing: Nearby = { head: null, actions: [], branches: [], last: null };

/** What is near a file or a revision that is not there: branches, the nearest folder, the commit that took it away. */
export async function nearbyOf(services: Services, request: Request, { code }: HubError): Promise<Nearby> {
  if (code === 'FORBIDDEN') return { ...nothing, actions: backTo(services, request) };
  if (code === 'GATED' || code === 'GATED_SIGN_IN') return { ...nothing, actions: toGate(services, request) };
  if (code !== 'REVISION_NOT_FOUND' && code !== 'ENTRY_NOT_FOUND') return nothing;
  const asked = filePage.exec(rawPath(request))?.groups;
  if (!asked) return nothing;
  const { door = '', revision = '', path = '' } = asked;
  // Programs try files that may not be there, one after the other: they are answered at once.
  if (request.method === 'HEAD' || door === 'raw' || door === 'resolve') return nothing;
  const row = rowOf(services, request);
  if (!row) return nothing;
  const parts = path.split('/').filter(Boolean).map(decodeSegment);
  const isUnknownFile = code === 'ENTRY_NOT_FOUND';
  const repository = services.repositories.open(row.ref);
  const head = await headOf(services, request, row);
  const opens: Place['opens'] = (at) => mayOpen(services, request.viewer, row, at);
  const place = { row, opens, revision: decodeSegment(revision) };
  if (isUnknownFile) return { ...(await nearEntry(repository, place, parts)), head };
  return { ...nothing, head, branches: await branchesAt(repository, row, door, parts) };
}

/** Who may not change a repository can still read it. */
function backTo(services: Services, request: Request): Nearby['actions'] {
  const ref = rowOf(services, request)?.ref;
  return ref ? [{ text: `Back to ${repoId(ref)}`, href: repoPath(ref) }] : [];
}

/** To the form that asks for access, or to what became of it. */
function toGate(services: Services, request: Request): Nearby['actions'] {
  const row = rowOf(services, request);
  if (!row) return [];
  const { viewer } = request;
  const hasAsked = viewer.kind === 'user' && services.accessRequests.of(row.id, viewer.user.id) !== null;
  return [{ text: hasAsked ? 'About your request' : 'Ask for access', href: repoPath(row.ref) }];
}

/** The repository that an address is of, where the viewer sees it. */
function rowOf(services: Services, request: Request): RepoRow | null {
  const path = rawPath(request);
  const { owner, name } = repositoryPage.exec(path)?.groups ?? {};
  if (owner === undefined || name === undefined) return null;
  const wanted = { kind: kindOfPath(path), owner: decodeSegment(owner), name: decodeSegment(name) };
  return findRepository(services, request.viewer, wanted)?.row ?? null;
}

/** The same place on branches that are there. */
async function branchesAt(
  repository: Repository,
  row: RepoRow,
  door: string,
  parts: readonly string[],
): Promise<Nearby['branches']> {
  const names = (await repository.refs()).flatMap(({ name }) => /^refs\/heads\/(.+)$/.exec(name)?.[1] ?? []);
  const isCommit = door === 'commit';
  return names.slice(0, maxBranches).map((name) => ({
    text: name,
    href: address(row, isCommit ? 'commits' : door, name, isCommit ? '' : parts.join('/')),
  }));
}

async function nearEntry(
  repository: Repository,
  place: Pick<Place, 'row' | 'opens' | 'revision'>,
  parts: readonly string[],
): Promise<Nearby> {
  const { row, revision } = place;
  const commit = await repository.resolve(revision);
  if (!commit) return nothing;
  const folder = await nearestFolder(repository, commit, parts);
  const last = await lastCommitOf(repository, commit, parts.join('/'));
  const text = folder ? `Folder ${folder}` : 'All files';
  return {
    ...nothing,
    actions: [{ text, href: address(row, 'tree', revision, folder) }],
    last: last && { title: last.title, href: commitAddress(place, last.oid) },
  };
}

async function nearestFolder(repository: Repository, commit: string, parts: readonly string[]): Promise<string> {
  for (let count = parts.length - 1; count > 0; count--) {
    const folder = parts.slice(0, count).join('/');
    if ((await repository.entry(commit, folder))?.type === 'directory') return folder;
  }
  return '';
}

/** A file that is gone was changed last by the commit that deleted or renamed it. */
async function lastCommitOf(repository: Repository, commit: string, path: string): Promise<Commit | null> {
  const found = repository
    .log(commit, { skip: 0, limit: 1, path })
    .then(([last]) => last ?? null)
    .catch(() => null);
  return Promise.race([found, wait(historyMs, null, { ref: false })]);
}

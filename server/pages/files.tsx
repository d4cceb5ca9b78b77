import type { Request, RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { repoPath } from '../../config/repo.js';
import type { TreeEntry } from '../../indexer/repository/types.js';
import { CommitPage, CommitsPage, FilePage, FilesPage, type FilesView } from '../../views/pages/files.js';
import type { RepoRow } from '../accounts/types.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { headOf } from './model.js';
import { chromeOf, decodeSegment, queryOf, rawPath, sendPage } from './respond.js';

const maxShownBytes = 1_048_576;
const maxPatchBytes = 500_000;
const commitsPerPage = 50;

/** What a file address names, resolved. */
export interface Place {
  readonly row: RepoRow;
  readonly revision: string;
  readonly commit: string;
  readonly path: string;
}

/** Revision and path of an address such as `…/tree/{rev}/{path}`; a slash inside a revision is written %2F. */
export async function placeOf(services: Services, request: Request, row: RepoRow): Promise<Place> {
  const [first = '', ...rest] = (request.params.rest as string).split('/').map(decodeSegment);
  const commit = await services.repositories.open(row.ref).resolve(first);
  if (!commit) throw new HubError('REVISION_NOT_FOUND', { revision: first });
  return {
    row,
    revision: first,
    commit,
    path: rest.filter((part, index) => part !== '' || index < rest.length - 1).join('/'),
  };
}

function address(row: RepoRow, door: string, revision: string, path: string): string {
  const tail = path ? `/${path.split('/').map(encodeURIComponent).join('/')}` : '';
  return `${repoPath(row.ref)}/${door}/${encodeURIComponent(revision)}${tail}`;
}

function crumbsOf({ row, revision, path }: Place): FilesView['crumbs'] {
  const parts = path ? path.split('/') : [];
  return [row.ref.name, ...parts].map((text, index) => ({
    text,
    href: address(
      row,
      index === parts.length && index > 0 ? 'blob' : 'tree',
      revision,
      parts.slice(0, index).join('/'),
    ),
  }));
}

/** `…/tree` and the like without a revision: the default branch is meant. */
export function toDefaultBranch(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const door = /\/(commits)\/?$/.exec(rawPath(request))?.[1] ?? 'tree';
    response.redirect(302, address(row, door, await services.repositories.open(row.ref).defaultBranch(), ''));
  };
}

export function treePage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    const entries = await repository.tree(place.commit, place.path);
    const refs = await repository.refs();
    const view: FilesView = {
      head: await headOf(services, request, row),
      revision: place.revision,
      crumbs: crumbsOf({ ...place }).map((crumb, index, all) =>
        index === all.length - 1 ? { ...crumb, href: address(row, 'tree', place.revision, place.path) } : crumb,
      ),
      branches: refs.map((ref) => ref.name.replace(/^refs\/(heads|tags)\//, '')),
      rows: sorted(entries).map((entry) => ({
        name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
        href: address(row, entry.type === 'directory' ? 'tree' : 'blob', place.revision, entry.path),
        isFolder: entry.type === 'directory',
        sizeBytes: entry.sizeBytes,
        isLfs: entry.lfs !== undefined,
        download: entry.type === 'file' ? `${address(row, 'resolve', place.revision, entry.path)}?download=true` : null,
      })),
    };
    await sendPage(
      services,
      request,
      response,
      <FilesPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return [...entries].sort(
    (a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || (a.path < b.path ? -1 : 1),
  );
}

export function blobPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    const entry = await repository.entry(place.commit, place.path);
    if (!entry) throw new HubError('ENTRY_NOT_FOUND', { path: place.path });
    if (entry.type === 'directory') {
      response.redirect(302, address(row, 'tree', place.revision, place.path));
      return;
    }
    const content =
      entry.lfs || entry.type !== 'file' || entry.sizeBytes > maxShownBytes
        ? null
        : await repository.blob(entry.oid, maxShownBytes);
    const view = {
      head: await headOf(services, request, row),
      crumbs: crumbsOf(place),
      path: place.path,
      sizeBytes: entry.sizeBytes,
      lfs: entry.lfs ?? null,
      text: content && !content.includes(0) ? content.toString('utf8') : null,
      raw: address(row, 'raw', place.revision, place.path),
      download: `${address(row, 'resolve', place.revision, place.path)}?download=true`,
    };
    await sendPage(
      services,
      request,
      response,
      <FilePage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

export function commitsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const place = await placeOf(services, request, row);
    const page = Math.max(0, Number(queryOf(request).get('p')) || 0);
    const found = await services.repositories.open(row.ref).log(place.commit, {
      skip: page * commitsPerPage,
      limit: commitsPerPage + 1,
      ...(place.path ? { path: place.path } : {}),
    });
    const here = address(row, 'commits', place.revision, place.path);
    const view = {
      head: await headOf(services, request, row),
      revision: place.revision,
      rows: found.slice(0, commitsPerPage).map((commit) => ({
        oid: commit.oid,
        title: commit.title,
        author: commit.author.name,
        atMs: commit.committedAtMs,
        href: `${repoPath(row.ref)}/commit/${commit.oid}`,
      })),
      older: found.length > commitsPerPage ? `${here}?p=${page + 1}` : null,
      newer: page > 0 ? `${here}?p=${page - 1}` : null,
    };
    await sendPage(
      services,
      request,
      response,
      <CommitsPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

export function commitPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const asked = decodeSegment(request.params.oid as string);
    const oid = await repository.resolve(asked);
    if (!oid) throw new HubError('REVISION_NOT_FOUND', { revision: asked });
    const commit = await repository.commit(oid);
    const patch = await repository.patch(oid, { maxBytes: maxPatchBytes });
    const view = {
      head: await headOf(services, request, row),
      oid,
      title: commit.title,
      body: commit.body,
      author: commit.author.name,
      atMs: commit.committedAtMs,
      patch: patch.text,
      cut: patch.cut,
      tree: `${repoPath(row.ref)}/tree/${oid}`,
    };
    await sendPage(
      services,
      request,
      response,
      <CommitPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

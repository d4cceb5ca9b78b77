import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../../config/errors.js';
import { repoPath } from '../../../../config/repo.js';
import type { Commit } from '../../../../indexer/repository/types.js';
import { type ChangesView, CommitPage, type CommitView, FileDiff } from '../../../../views/pages/files/commit.js';
import { requireFiles } from '../../../gating/requireFiles.js';
import { repositoryOfPage } from '../../../repositories/findRepository.js';
import type { Services } from '../../../services.js';
import { headOf } from '../../model.js';
import { chromeOf, decodeSegment, queryOf, sendFragment, sendPage, tablePage, wantsPiece } from '../../respond.js';
import { headerReader } from '../content/weightHeaders.js';
import { personOf } from '../person.js';
import { changedFiles } from './changedFiles.js';

/**
 * `/commit/{id}`: what one commit changed against its first parent; `?style=split` side by side, `?w=1` without what only
 * changes white space, `?file=` one file alone, with `?context=` lines around its changes; `?p=` pages of files, from 0. The
 * script asks for one file as a piece (`X-Fragment: file`).
 */
export function commitPage(services: Services): RequestHandler {
  const headerOf = headerReader(services);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    requireFiles(services, request.viewer, row);
    const repository = services.repositories.open(row.ref);
    const asked = decodeSegment(request.params.oid as string);
    const oid = await repository.resolve(asked);
    if (!oid) throw new HubError('REVISION_NOT_FOUND', { revision: asked });
    const commit = await repository.commit(oid);
    const needs = { repository, row, headerOf };
    const changes = await changesView(needs, request, commit, { here: `${repoPath(row.ref)}/commit/${oid}` });
    if (await sendAlone(services, request, response, changes)) return;
    const view: CommitView = {
      head: await headOf(services, request, row),
      oid,
      title: commit.title,
      body: commit.body,
      author: personOf(services, commit.author),
      committer: isSame(commit) ? null : personOf(services, commit.committer),
      authoredAtMs: commit.authoredAtMs,
      atMs: commit.committedAtMs,
      parents: commit.parents.map((parent) => ({ oid: parent, href: `${repoPath(row.ref)}/commit/${parent}` })),
      ...changes,
      tree: `${repoPath(row.ref)}/tree/${oid}`,
    };
    const page = <CommitPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page);
  };
}

/**
 * What a commit changed, as the query asks to see it.
 * @param place.here the page that shows it
 * @param place.from the commit that it is compared with; without, its first parent
 */
export async function changesView(
  needs: Parameters<typeof changedFiles>[0],
  request: Request,
  commit: Commit,
  { here, from }: { readonly here: string; readonly from?: string },
): Promise<ChangesView> {
  const look = lookOf(queryOf(request));
  const hrefOf = (change: Partial<Look>): string => here + written({ ...look, ...change });
  const changed = await changedFiles(needs, commit, {
    ignoreWhitespace: look.ignoreWhitespace,
    only: look.file,
    context: look.context,
    page: look.page,
    from,
    hrefOf: (file, context) => hrefOf({ file, context, page: 0 }),
  });
  return {
    ...changed,
    isSplit: look.isSplit,
    ignoresWhitespace: look.ignoreWhitespace,
    links: {
      page: look.page,
      pageAt: (page) => hrefOf({ page, file: null }),
      unified: hrefOf({ isSplit: false }),
      split: hrefOf({ isSplit: true }),
      whitespace: hrefOf({ ignoreWhitespace: !look.ignoreWhitespace }),
      all: look.file === null ? null : hrefOf({ file: null }),
    },
  };
}

/** One file as the piece that the script asks for. @returns whether that was asked */
export async function sendAlone(
  services: Services,
  request: Request,
  response: Response,
  { files: [alone], links, isSplit }: ChangesView,
): Promise<boolean> {
  if (!wantsPiece(request, 'file') || links.all === null || !alone) return false;
  await sendFragment(services, request, response, <FileDiff file={alone} isSplit={isSplit} />);
  return true;
}

function isSame({ author, committer }: Commit): boolean {
  return author.name === committer.name && author.email.toLowerCase() === committer.email.toLowerCase();
}

interface Look {
  readonly isSplit: boolean;
  readonly ignoreWhitespace: boolean;
  readonly file: string | null;
  readonly context: number;
  readonly page: number;
}

/** As git shows them. */
const usualContext = 3;
const maxContext = 10_000;

function lookOf(query: URLSearchParams): Look {
  const context = Math.min(maxContext, Math.floor(Number(query.get('context')) || 0));
  return {
    isSplit: query.get('style') === 'split',
    ignoreWhitespace: query.get('w') === '1',
    file: query.get('file'),
    context: Math.max(usualContext, query.has('file') ? context : 0),
    page: tablePage(query),
  };
}

function written({ isSplit, ignoreWhitespace, file, context, page }: Look): string {
  const query = new URLSearchParams({
    ...(isSplit ? { style: 'split' } : {}),
    ...(ignoreWhitespace ? { w: '1' } : {}),
    ...(file === null ? {} : { file }),
    ...(file !== null && context > usualContext ? { context: String(context) } : {}),
    ...(page > 0 ? { p: String(page) } : {}),
  }).toString();
  return query && `?${query}`;
}

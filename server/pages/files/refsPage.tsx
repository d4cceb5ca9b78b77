import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { zeroOid } from '../../../hooks/types.js';
import { isNewRefName, isRefName, refInTheWay } from '../../../indexer/repository/revision.js';
import type { Ref, Repository } from '../../../indexer/repository/types.js';
import type { FormErrors } from '../../../views/components/form.js';
import { type RefRow, RefsPage, type RefsView } from '../../../views/pages/files/refs.js';
import type { RepoRow } from '../../accounts/types.js';
import { writerOf } from '../../commits/writerOf.js';
import { type Form, readForm } from '../../csrf.js';
import { mayOpen } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { once } from '../once.js';
import { chromeOf, formStatus, queryOf, sendPage } from '../respond.js';
import { address, commitLink, type Place } from './place.js';

const maxShown = 300;
const kinds = { branch: 'refs/heads/', tag: 'refs/tags/' } as const;

/** `/refs`: branches and tags with their last commits; who may write makes and removes them. */
export function refsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (row)
      await show(services, request, response, row, { changed: await changedRef(services, row, queryOf(request)) });
  };
}

export function refsForm(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const form = await readForm(services, request, response);
    writerOf(services, request.viewer, row);
    const errors =
      form.do === 'delete'
        ? await remove(services, request, row, form)
        : await once(
            request,
            form,
            () => make(services, request, row, form),
            (found) => found === null,
          );
    if (errors) await show(services, request, response, row, { errors, values: form.do === 'delete' ? {} : form });
    else response.redirect(303, `${repoPath(row.ref)}/refs?${new URLSearchParams(changeOf(form))}`);
  };
}

/** What the page says after a change: `?made=refs/heads/x`, `?deleted=…`. */
function changeOf(form: Form): Record<string, string> {
  return form.do === 'delete' ? { deleted: form.ref ?? '' } : { made: fullName(form) };
}

function fullName({ kind, name = '' }: Form): string {
  return (kind === 'tag' ? kinds.tag : kinds.branch) + name.trim();
}

/** The change that an address names, where it holds: anybody may write addresses. */
async function changedRef(services: Services, row: RepoRow, query: URLSearchParams): Promise<RefsView['changed']> {
  const [what, ref] = query.has('made')
    ? (['made', query.get('made')] as const)
    : (['deleted', query.get('deleted')] as const);
  const [space, prefix] = Object.entries(kinds).find(([, prefix]) => ref?.startsWith(prefix)) ?? [];
  if (!ref || !prefix || !isRefName(ref)) return null;
  const isThere = (await services.repositories.open(row.ref).header(ref)) !== null;
  return isThere === (what === 'made')
    ? { what, kind: space as keyof typeof kinds, name: ref.slice(prefix.length) }
    : null;
}

/** @returns what is wrong with a field, or null when it was made */
async function make(services: Services, request: Request, row: RepoRow, form: Form): Promise<FormErrors | null> {
  const repository = services.repositories.open(row.ref);
  const kind = form.kind === 'tag' ? 'tag' : 'branch';
  const name = form.name?.trim() ?? '';
  const problem = await nameProblem(repository, kinds[kind], name);
  if (problem) return { name: problem };
  const from = form.from?.trim() || (await repository.defaultBranch());
  const oid = await repository.resolve(from);
  if (!oid) return { from: `There is no branch, tag or commit “${from}”.` };
  return move(services, request, row, { old: zeroOid, new: oid, name: kinds[kind] + name });
}

async function nameProblem(repository: Repository, prefix: string, name: string): Promise<string | null> {
  if (name === '') return 'Give it a name.';
  if (name.startsWith('refs/')) return 'No name begins with “refs/”: write “v1.0”, not “refs/tags/v1.0”.';
  if (name === 'HEAD') return '“HEAD” is what git calls the default branch.';
  if (!isNewRefName(name))
    return 'git takes no such name: no spaces, none of ~ ^ : ? * [ \\, no “..”, nothing that begins with “-” or “.” or ends with “/”, “.” or “.lock”.';
  const taken = refInTheWay(
    (await repository.refs()).map((ref) => ref.name),
    prefix + name,
  );
  return taken ? `“${taken.slice(prefix.length)}” is there already.` : null;
}

async function remove(services: Services, request: Request, row: RepoRow, form: Form): Promise<FormErrors | null> {
  const repository = services.repositories.open(row.ref);
  const name = form.ref ?? '';
  const isShown = Object.values(kinds).some((prefix) => name.startsWith(prefix)) && isRefName(name);
  // Of a tag with a message, its own id, not that of its commit.
  const there = isShown ? await repository.header(name) : null;
  if (!there) return { form: `There is no ${name || 'such branch or tag'}: somebody may have deleted it before.` };
  if (name === kinds.branch + (await repository.defaultBranch()))
    return { form: 'The default branch cannot be deleted.' };
  return move(services, request, row, { old: there.oid, new: zeroOid, name });
}

type RefMove = Parameters<Services['commits']['moveRef']>[2];

async function move(services: Services, request: Request, row: RepoRow, change: RefMove): Promise<FormErrors | null> {
  try {
    const findings = await services.commits.moveRef(request.viewer, row, change);
    return findings.length > 0 ? { form: findings.map(({ message }) => message).join(' ') } : null;
  } catch (error) {
    if (error instanceof HubError && (error.code === 'BRANCH_MOVED' || error.code === 'BUSY'))
      return { form: error.message };
    throw error;
  }
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  { errors = {}, values = {}, changed = null }: Partial<Pick<RefsView, 'errors' | 'values' | 'changed'>>,
): Promise<void> {
  const repository = services.repositories.open(row.ref);
  const [refs, head] = await Promise.all([repository.refs(), headOf(services, request, row)]);
  const branches = sorted(refs, kinds.branch, head.defaultBranch);
  const tags = sorted(refs, kinds.tag, '').toReversed();
  const place = { row, opens: () => mayOpen(services, request.viewer, row) };
  const rowsOf = (shown: readonly Ref[], prefix: string): Promise<readonly RefRow[]> =>
    Promise.all(
      shown.slice(0, maxShown).map((ref) => rowOf(services, repository, place, ref, ref.name.slice(prefix.length))),
    );
  const view: RefsView = {
    head,
    mayChange: services.can(request.viewer, 'write', row),
    branches: await rowsOf(branches, kinds.branch),
    tags: await rowsOf(tags, kinds.tag),
    branchesLeft: Math.max(0, branches.length - maxShown),
    tagsLeft: Math.max(0, tags.length - maxShown),
    errors,
    values,
    changed,
  };
  const page = <RefsPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

const order = new Intl.Collator('en', { numeric: true });

/** The default branch first. */
function sorted(refs: readonly Ref[], prefix: string, first: string): readonly Ref[] {
  return refs
    .filter(({ name }) => name.startsWith(prefix))
    .sort(
      (a, b) => Number(b.name === prefix + first) - Number(a.name === prefix + first) || order.compare(a.name, b.name),
    );
}

async function rowOf(
  services: Services,
  repository: Repository,
  place: Pick<Place, 'row' | 'opens'>,
  { name: ref, oid }: Ref,
  name: string,
): Promise<RefRow> {
  // A tag may name a file or a folder.
  const commit = (await repository.header(oid))?.type === 'commit' ? await repository.commit(oid) : null;
  return {
    ref,
    name,
    href: address(place.row, 'tree', name, ''),
    commit: commit && commitLink(services, place, commit),
  };
}

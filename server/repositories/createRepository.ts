import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoKind, type RepoRef, repoId } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { pushRefused } from '../commits/pushRefused.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { cardTemplate, defaultGitattributes, firstCard } from './firstFiles.js';
import { removeRepository } from './removeRepository.js';

export interface NewFile {
  readonly path: string;
  readonly content: Buffer;
}

export interface NewRepository {
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  /** Licence id for the first README.md; none without. */
  readonly license?: string;
  /** Whether that README.md is the template of a card; else it says the licence alone. */
  readonly template?: boolean;
  /** What a space is for; its first README.md says it. */
  readonly sdk?: string;
  /** More files of the first commit; they replace ours of the same path. */
  readonly files?: readonly NewFile[];
}

/**
 * Makes a repository with a first commit titled `initial commit` on main (`.gitattributes`, and README.md when a licence
 * or the template is wanted), by the viewer, and indexes it. It is pending until that commit is accepted, and gone when it is
 * not; one of the same name that a push left pending becomes this one.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, NAME_INVALID, NAME_TAKEN, BAD_REQUEST (licence), PATH_INVALID, PUSH_REFUSED
 * (files that break the push policy), BUSY, STORAGE_FULL
 */
export async function createRepository(services: Services, viewer: Viewer, wanted: NewRepository): Promise<RepoRow> {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  if (wanted.license && !/^[a-z0-9][a-z0-9.+-]{0,60}$/.test(wanted.license)) {
    throw new HubError('BAD_REQUEST', { reason: `"${wanted.license}" is not a licence identifier` });
  }
  const ref = newRepositoryRef(services, viewer, wanted, wanted.private);
  await requireFreeDisk(services);
  const existing = services.catalog.find(ref.kind, ref.owner, ref.name);
  const folder = services.data.repository(existing?.ref ?? ref);
  if (underway.has(folder) || (existing && existing.state !== 'pending'))
    throw new HubError('NAME_TAKEN', { name: repoId(existing?.ref ?? ref) });
  // Nobody sees a pending repository: should the hub end before the first commit, a sweep takes it away.
  const row = existing ?? services.catalog.create(ref, { private: true, state: 'pending', createdBy: viewer.user.id });
  underway.add(folder);
  try {
    return await make(services, viewer, row, wanted);
  } catch (error) {
    // What failed may have been the answer alone, after the commit.
    const isPending = services.catalog.byId(row.id)?.state === 'pending';
    if (isPending && existing) services.catalog.setPrivate(row.id, existing.private);
    else if (isPending) await removeRepository(services, row);
    throw error;
  } finally {
    underway.delete(folder);
  }
}

/**
 * The name of a new repository, its owner as it is spelled.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, NAME_INVALID
 */
export function newRepositoryRef(services: Services, viewer: Viewer, wanted: RepoRef, isPrivate: boolean): RepoRef {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  const problem = nameProblem(wanted.owner) ?? nameProblem(wanted.name);
  if (problem) throw new HubError('NAME_INVALID', { reason: problem });
  const owner = services.accounts.ownerName(wanted.owner);
  const ref: RepoRef = { kind: wanted.kind, owner: owner ?? wanted.owner, name: wanted.name };
  // Administrators may write everywhere, but a namespace of nobody would be theirs who register the name later.
  if (!owner || !services.can(viewer, 'create', { ref, private: isPrivate, state: 'active' }))
    throw new HubError('FORBIDDEN', { reason: whyNot(viewer, ref) });
  return ref;
}

/** Folders of repositories that are being made. */
const underway = new Set<string>();

function whyNot(viewer: Viewer & { kind: 'user' }, { owner }: RepoRef): string {
  if (viewer.scopes) return `This token may not make repositories under ${owner}`;
  if (viewer.credential === 'read')
    return 'This token has the role "read"; make one with the role "write" at /settings/tokens';
  return `${viewer.user.name} may not make repositories under ${owner}`;
}

async function make(services: Services, viewer: Viewer, row: RepoRow, wanted: NewRepository): Promise<RepoRow> {
  const { catalog, repositories } = services;
  catalog.renewPending(row.id);
  catalog.setPrivate(row.id, wanted.private);
  if (!repositories.exists(row.ref)) await repositories.create(row.ref);
  if ((await repositories.open(row.ref).refs()).length === 0) await firstCommit(services, viewer, row, wanted);
  // A push was first.
  else catalog.activate(row.id);
  return catalog.byId(row.id) ?? row;
}

async function firstCommit(services: Services, viewer: Viewer, row: RepoRow, wanted: NewRepository): Promise<void> {
  const files = new Map<string, Buffer>([['.gitattributes', Buffer.from(defaultGitattributes(row.ref.kind))]]);
  const { license, template, name, sdk } = wanted;
  if (template) files.set('README.md', Buffer.from(cardTemplate(row.ref.kind, { name, license })));
  else if (license || sdk) files.set('README.md', Buffer.from(firstCard({ title: sdk && name, sdk, license })));
  for (const { path, content } of wanted.files ?? []) files.set(path, content);
  const changes = [...files].map(([path, content]) => ({ kind: 'put' as const, path, content }));
  const outcome = await services.commits.commit(viewer, row, { branch: 'main', title: 'initial commit', changes });
  if (outcome.state === 'refused') throw pushRefused(outcome.findings);
}

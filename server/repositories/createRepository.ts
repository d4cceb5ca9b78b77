import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoKind, type RepoRef, repoId } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { isLocalDataset } from '../maintenance/repoFacts.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { checkFirstFiles, type NewFile } from './checkFirstFiles.js';
import { cardTemplate, defaultGitattributes, licenceCard } from './firstFiles.js';

export interface NewRepository {
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  /** Licence id for the first README.md; none without. */
  readonly license?: string;
  /** Whether that README.md is the template of a card; else it says the licence alone. */
  readonly template?: boolean;
  /** More files of the first commit; they replace ours of the same path. */
  readonly files?: readonly NewFile[];
}

/**
 * Makes a repository with a first commit titled `initial commit` on main (`.gitattributes`, and README.md when a licence
 * or the template is wanted), by the viewer, and indexes it. A pending repository of the same name, left by a push that never came,
 * becomes this one.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, NAME_INVALID, NAME_TAKEN, BAD_REQUEST (licence), PUSH_REFUSED
 * (files that break the push policy), STORAGE_FULL
 */
export async function createRepository(services: Services, viewer: Viewer, wanted: NewRepository): Promise<RepoRow> {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  const problem = nameProblem(wanted.owner) ?? nameProblem(wanted.name);
  if (problem) throw new HubError('NAME_INVALID', { reason: problem });
  if (wanted.license && !/^[a-z0-9][a-z0-9.+-]{0,60}$/.test(wanted.license)) {
    throw new HubError('BAD_REQUEST', { reason: `"${wanted.license}" is not a licence identifier` });
  }
  const owner = services.accounts.ownerName(wanted.owner);
  const ref: RepoRef = { kind: wanted.kind, owner: owner ?? wanted.owner, name: wanted.name };
  // Administrators may write everywhere, but a namespace of nobody would be theirs who register the name later.
  if (!owner || !services.can(viewer, 'create', { ref, private: wanted.private, state: 'active' }))
    throw new HubError('FORBIDDEN', { reason: whyNot(viewer, ref) });
  checkFiles(services, ref, wanted.files ?? []);
  await requireFreeDisk(services);
  const row = await claim(services, viewer, ref, wanted.private);
  await firstCommit(services, viewer, row, wanted);
  return row;
}

function checkFiles({ catalog, options }: Services, ref: RepoRef, files: readonly NewFile[]): void {
  // git-lfs may have uploaded objects to a pending repository of this name.
  const pending = catalog.find(ref.kind, ref.owner, ref.name);
  checkFirstFiles(files, {
    maxBlobBytes: options.git.maxBlobBytes,
    hasLfsObject: (oid) => pending !== null && catalog.hasLfsGrant(pending.id, oid),
    isLocalDataset: (id) => isLocalDataset(catalog, id),
  });
}

function whyNot(viewer: Viewer & { kind: 'user' }, { owner }: RepoRef): string {
  if (viewer.credential === 'read')
    return 'This token has the role "read"; make one with the role "write" at /settings/tokens';
  return `${viewer.user.name} may not make repositories under ${owner}`;
}

async function claim(
  { catalog, repositories }: Services,
  viewer: Viewer & { kind: 'user' },
  ref: RepoRef,
  isPrivate: boolean,
): Promise<RepoRow> {
  const existing = catalog.find(ref.kind, ref.owner, ref.name);
  if (existing && existing.state !== 'pending') throw new HubError('NAME_TAKEN', { name: repoId(existing.ref) });
  const row = existing ?? catalog.create(ref, { private: isPrivate, state: 'pending', createdBy: viewer.user.id });
  if (!repositories.exists(row.ref)) await repositories.create(row.ref);
  catalog.setPrivate(row.id, isPrivate);
  catalog.activate(row.id);
  return catalog.byId(row.id) ?? row;
}

/** Nothing when a push was first. */
async function firstCommit(services: Services, viewer: Viewer, row: RepoRow, wanted: NewRepository): Promise<void> {
  if ((await services.repositories.open(row.ref).refs()).length > 0) return;
  const files = new Map<string, Buffer>([['.gitattributes', Buffer.from(defaultGitattributes(row.ref.kind))]]);
  const { license, template, name } = wanted;
  if (template) files.set('README.md', Buffer.from(cardTemplate(row.ref.kind, { name, license })));
  else if (license) files.set('README.md', Buffer.from(licenceCard(license)));
  for (const { path, content } of wanted.files ?? []) files.set(path, content);
  const changes = [...files].map(([path, content]) => ({ kind: 'put' as const, path, content }));
  const outcome = await services.commits.commit(viewer, row, { branch: 'main', title: 'initial commit', changes });
  if (outcome.state === 'refused')
    throw new HubError('PUSH_REFUSED', { reason: outcome.findings.map(({ message }) => message).join('\n') });
}

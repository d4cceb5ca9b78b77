import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitEnvironment } from '../../config/gitEnvironment.js';
import type { RepoRef } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { newRepositoryRef } from './createRepository.js';
import { removeRepository } from './removeRepository.js';

const run = promisify(execFile);
const withinMs = 600_000;

/**
 * A repository of the same branches, tags and LFS objects under another name; likes, downloads, settings and who was let in are
 * not copied. Whoever may read the files of the one may do this, so that is to be asked before.
 * @throws HubError CREDENTIALS_NEEDED, FORBIDDEN, NAME_INVALID, NAME_TAKEN, STORAGE_FULL
 */
export async function duplicateRepository(
  services: Services,
  viewer: Viewer,
  from: RepoRow,
  wanted: { readonly to: RepoRef; readonly private: boolean },
): Promise<RepoRow> {
  const { catalog, repositories, indexer } = services;
  const to = newRepositoryRef(services, viewer, wanted.to, wanted.private);
  await requireFreeDisk(services);
  const createdBy = viewer.kind === 'user' ? viewer.user.id : null;
  // Nobody sees a pending repository: should the hub end before it is whole, a sweep takes it away.
  const row = catalog.create(to, { private: wanted.private, state: 'pending', createdBy });
  try {
    await repositories.create(to);
    await copyRefs(services.data.repository(from.ref), services.data.repository(to));
    await repositories.setDefaultBranch(to, await repositories.open(from.ref).defaultBranch());
    for (const { oid, sizeBytes } of catalog.lfsGrants(from.id)) catalog.grantLfs(row.id, oid, sizeBytes);
    catalog.activate(row.id);
  } catch (error) {
    await removeRepository(services, row);
    throw error;
  }
  await indexer.reindex(to);
  return catalog.byId(row.id) ?? row;
}

async function copyRefs(from: string, to: string): Promise<void> {
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await run('git', ['--git-dir', to, 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', from, ...refs], {
    env: gitEnvironment(),
    timeout: withinMs,
    killSignal: 'SIGKILL',
  });
}

import { type RepoKind, repoPath } from '../../config/repo.js';
import type { Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { locate } from './locate.js';

/** Where this hub has the repository that a card names, if the viewer may read it; null for what is elsewhere, or a secret. */
export function readablePath(
  services: Pick<Services, 'catalog' | 'can'>,
  viewer: Viewer,
  kind: RepoKind,
  id: string,
): string | null {
  const [first = '', second, ...rest] = id.split('/');
  if (first === '' || second === '' || rest.length > 0) return null;
  const name = second === undefined ? { kind, owner: null, name: first } : { kind, owner: first, name: second };
  const row = locate(services, name);
  if (!row || row.state === 'pending' || !services.can(viewer, 'read', row)) return null;
  return repoPath(row.ref);
}

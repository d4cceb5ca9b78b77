import type { SearchScope } from '../../indexer/search/types.js';
import type { Viewer } from '../accounts/types.js';

/** Whose private repositories a listing may show to this viewer; public ones are always in. */
export function scopeOf(viewer: Viewer): SearchScope {
  if (viewer.kind === 'anonymous') return { owners: [] };
  if (viewer.user.isAdmin) return 'all';
  return { owners: [viewer.user.name, ...viewer.organizations.keys()] };
}

import { HubError } from '../../config/errors.js';
import { parseRepoId, type RepoKind, repoPath } from '../../config/repo.js';
import type { FormErrors } from '../../views/components/form.js';
import type { SignedIn, TokenRole, TokenScope } from '../accounts/types.js';
import type { Form } from '../csrf.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';

const mostScopes = 100;

interface FineGrained {
  readonly role: TokenRole;
  readonly scopes: readonly TokenScope[];
}

/** What the fields `readable` and `writable` say, a place a line: `acme`, `acme/model` or `datasets/acme/texts`. */
export function readScopes(services: Services, viewer: SignedIn, form: Form): FineGrained | { errors: FormErrors } {
  const errors: Record<string, string> = {};
  const scopes: TokenScope[] = [];
  for (const [field, permission] of [
    ['readable', 'read'],
    ['writable', 'write'],
  ] as const) {
    for (const line of linesOf(form[field])) {
      const place = placeOf(services, viewer, line);
      if (place) scopes.push({ ...place, permission });
      else errors[field] ??= `You belong to no account and see no repository that is called “${line.slice(0, 100)}”.`;
    }
  }
  if (scopes.length > mostScopes) return { errors: { readable: `A token reaches at most ${mostScopes} places.` } };
  if (Object.keys(errors).length > 0) return { errors };
  if (scopes.length === 0) return { errors: { readable: 'Name at least one place that the token reaches.' } };
  return { scopes, role: scopes.some(({ permission }) => permission === 'write') ? 'write' : 'read' };
}

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(/[\s,]+/)
    .map((line) => line.replace(/^https?:\/\/[^/]+\//, ''))
    .filter((line) => line !== '');
}

/** null where the viewer has nothing of that name. */
function placeOf(
  services: Services,
  viewer: SignedIn,
  line: string,
): { readonly owner: string } | { readonly repoId: number } | null {
  if (!line.includes('/')) {
    const owner = services.accounts.ownerName(line);
    const isOwn = owner === viewer.user.name || viewer.user.isAdmin;
    return owner && (isOwn || viewer.organizations.has(owner.toLowerCase())) ? { owner } : null;
  }
  const [, prefix, id = ''] = /^(?:(models|datasets|spaces)\/)?(.*)$/.exec(line) ?? [];
  const kind = prefixes[prefix ?? 'models']!;
  try {
    const found = findRepository(services, viewer, parseRepoId(kind, id));
    return found && { repoId: found.row.id };
  } catch (error) {
    if (error instanceof HubError && error.code === 'NAME_INVALID') return null;
    throw error;
  }
}

const prefixes: Readonly<Record<string, RepoKind>> = { models: 'model', datasets: 'dataset', spaces: 'space' };

/** In words, a place each; repositories that are gone are left out. */
export function scopeWords({ catalog }: Services, scopes: readonly TokenScope[]): readonly string[] {
  return scopes.flatMap((scope) => {
    const row = 'repoId' in scope ? catalog.byId(scope.repoId) : null;
    const place = 'owner' in scope ? scope.owner : row && repoPath(row.ref).slice(1);
    return place ? [`${scope.permission === 'write' ? 'writes' : 'reads'} ${place}`] : [];
  });
}

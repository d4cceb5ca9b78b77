import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';

/** Tells what is different from `before` of who sees a repository and who gets its files. */
export function announceConfig({ catalog, announce }: Pick<Services, 'catalog' | 'announce'>, before: RepoRow): void {
  const repo = catalog.byId(before.id);
  if (!repo) return;
  const updatedConfig = {
    ...(repo.private === before.private ? {} : { private: repo.private }),
    ...(repo.gated === before.gated ? {} : { gated: repo.gated ?? false }),
  };
  if (Object.keys(updatedConfig).length > 0) announce({ scope: 'repo.config', action: 'update', repo, updatedConfig });
}

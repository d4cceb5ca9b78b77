import type { RealHub } from './realHub.js';

/** A pull request of a repository of the first user, without its ref: that is pushed. @returns its number */
export function beginPullRequest({ hub: { services } }: RealHub, name: string): number {
  const { num } = services.discussions.begin({
    repoId: services.catalog.find('model', 'admin', name)!.id,
    authorId: services.accounts.userByName('admin')!.id,
    title: 'A change',
    text: '',
    status: 'open',
    base: 'main',
  });
  return num;
}

import { refOf } from '../../discussions/types.js';

interface Situation {
  /** The branch that it is for. */
  readonly base: string;
  readonly fits: boolean;
  readonly role: 'author' | 'writer' | 'reader';
}

/** What git is told in a clone of the repository: to look at a pull request, and to bring it further by who may. */
export function commandsFor(
  url: string,
  num: number,
  { base, fits, role }: Situation,
): { readonly label: string; readonly text: string } {
  const [ref, local] = [refOf({ num }), `pr/${num}`];
  const branch = word(`refs/heads/${base}`);
  const lines = [`git fetch ${url} ${ref}:${local}`];
  if (role === 'author') {
    lines.push(`git switch ${local}`);
    if (!fits) lines.push(`git fetch ${url} ${branch}`, 'git merge FETCH_HEAD');
    lines.push(`git push ${url} ${local}:${ref}`);
  } else if (role === 'writer' && !fits) {
    lines.push(`git fetch ${url} ${branch}`, 'git switch --detach FETCH_HEAD', `git merge ${local}`);
    lines.push(`git push ${url} HEAD:${branch}`);
  } else lines.push(`git switch ${local}`);
  return { label: labelOf(role, fits), text: lines.join('\n') };
}

function labelOf(role: Situation['role'], fits: boolean): string {
  if (role === 'author')
    return fits ? 'Push to it, from a clone:' : 'Bring the branch in, from a clone, and push it again:';
  return role === 'writer' && !fits ? 'Or merge it by hand, from a clone:' : 'Look at it, in a clone:';
}

/** Names of branches may hold what a shell takes for its own. */
function word(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

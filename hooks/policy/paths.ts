import type { Finding } from '../types.js';

/** Code points that some file systems ignore in names, so that `.g\u200cit` would act as `.git` there. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;
/** Windows takes what follows a colon for a stream of the same file. */
const dotGit = /^(\.git|git~1)[. ]*(:|$)/i;

/** @returns why one name in a tree is refused, or null. `name` is one path segment. */
export function nameInTreeProblem(name: string): string | null {
  if (name === '.' || name === '..') return `a path with "${name}" can leave the folder it is checked out in`;
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name))
    return 'a path with control characters can hide in terminals and scripts';
  if (name.includes('\\')) return 'a path with a backslash is a folder on some systems';
  if (dotGit.test(name.replace(ignorable, ''))) return 'a path named .git could replace the settings of a clone';
  return null;
}

/** Finding for a refused path; control characters are shown escaped. */
export function pathFinding(path: string, problem: string): Finding {
  return {
    severity: 'refusal',
    message: `${JSON.stringify(path)}: ${problem}`,
    remedy: ['git mv the file to another name, and rewrite the commits that hold the old one.'],
  };
}

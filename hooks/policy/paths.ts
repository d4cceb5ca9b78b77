import type { Finding } from '../types.js';

/** Code points that some file systems ignore in names, so that `.g\u200cit` would act as `.git` there. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;
/** NTFS drops dots and blanks at the end, and what follows a colon names a stream of the same file. */
const dotGit = /^(\.git|git~1)[. ]*(:.*)?$/is;
/** C0, DEL and C1: the last hold an escape of their own, 0x9b. */
const control = /[\u0000-\u001f\u007f-\u009f]/;
/** What bytes become that are no UTF-8. */
const undecodable = '\ufffd';
const everyControl = /[\u0000-\u001f\u007f-\u009f]/g;

/** @returns why one name in a tree is refused, or null. `name` is one path segment. */
export function nameInTreeProblem(name: string): string | null {
  if (name === '.' || name === '..') return `a path with "${name}" can leave the folder it is checked out in`;
  if (control.test(name)) return 'a path with control characters can hide in terminals and scripts';
  if (name.includes(undecodable)) return 'a path that is not UTF-8 has no address that leads to it';
  if (name.includes('\\')) return 'a path with a backslash is a folder on some systems';
  if (dotGit.test(name.replace(ignorable, ''))) return 'a path named .git could replace the settings of a clone';
  return null;
}

/** Finding for a refused path; control characters are shown escaped. */
export function pathFinding(folder: string, name: string, problem: string): Finding {
  return {
    severity: 'refusal',
    message: `${visible(folder + name)}: ${problem}`,
    remedy:
      /[\ufffd\\]/.test(name) || control.test(name) ? renaming(folder, name) : ['Make the commit again without it.'],
  };
}

function visible(path: string): string {
  return path.replace(everyControl, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Renames the file in every commit. Of the name only harmless characters reach the command, `?` stands for others. */
function renaming(folder: string, name: string): readonly string[] {
  const place = folder.replace(/[^A-Za-z0-9._/-]/g, '?');
  const odd = name
    .replace(/[^A-Za-z0-9._\\\u0000-\u001f\u007f-\u009f-]/g, '?')
    .replace(everyControl, '[[:cntrl:]]')
    .replaceAll('\\', '[\\\\]');
  const fine = name.replace(/[^A-Za-z0-9._-]+/g, '_');
  const rename = `for f in ./${place}${odd}; do test ! -e "$f" || mv "$f" "\${f%/*}/${fine}"; done`;
  return [
    'To rename it in every commit:',
    `git filter-branch -f --tree-filter '${rename}' -- --all`,
    'Then push again.',
  ];
}

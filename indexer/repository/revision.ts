/**
 * Names that may be asked of git for a revision, in order. Only plain ref names and hex ids pass: git's revision
 * syntax (`main~3`, `:/text`, `@{…}`) would let a URL run searches. `HEAD` is the default branch, as for the Hub's
 * clients. @returns [] for anything else
 */
export function revisionCandidates(revision: string): readonly string[] {
  if (!isRefName(revision)) return [];
  if (revision === 'HEAD' || revision.startsWith('refs/')) return [revision];
  const names = [`refs/heads/${revision}`, `refs/tags/${revision}`];
  return /^[0-9a-f]{5,40}$/i.test(revision) ? [...names, revision.toLowerCase()] : names;
}

/** The rules of git-check-ref-format(1), a little stricter. */
export function isRefName(name: string): boolean {
  // Each is a file, and a lock beside it while it changes.
  if (name.length === 0 || Buffer.byteLength(name) > 250) return false;
  if (/\p{Surrogate}/u.test(name)) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)/.test(name)) return false;
  return !/^[-./]|[./]$/.test(name) && name !== '@';
}

/** Whether a branch or tag may be made of this name: not one that revisions would be mistaken for. */
export function isNewRefName(name: string): boolean {
  return isRefName(name) && name !== 'HEAD' && !name.startsWith('refs/') && !/^[0-9a-f]{40}$/i.test(name);
}

/** The ref for which git cannot make another, null = none: refs are files to it, and none can be a folder of another. */
export function refInTheWay(refs: readonly string[], wanted: string): string | null {
  const clashes = (ref: string) => ref === wanted || ref.startsWith(`${wanted}/`) || wanted.startsWith(`${ref}/`);
  return refs.find(clashes) ?? null;
}

/** Whether a path inside a tree is well formed: relative, no empty, `.` or `..` segment. '' is the root. */
export function isTreePath(path: string): boolean {
  if (path === '') return true;
  return (
    path.length <= 4096 &&
    !path.includes('\0') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

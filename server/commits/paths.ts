import { HubError } from '../../config/errors.js';
import { nameInTreeProblem } from '../../hooks/policy/paths.js';

/** Those of Linux. */
const maxPathBytes = 4095;
const maxNameBytes = 255;

/** @throws HubError PATH_INVALID for a path that a push could not have either, or that no file system takes */
export function checkPath(path: string): void {
  const problem = pathProblem(path);
  if (problem) throw new HubError('PATH_INVALID', { path, reason: problem });
}

function pathProblem(path: string): string | null {
  if (path === '') return 'it is empty';
  if (/\p{Surrogate}/u.test(path)) return 'it is not Unicode';
  if (Buffer.byteLength(path) > maxPathBytes) return `it has more than ${maxPathBytes} bytes`;
  for (const name of path.split('/')) {
    if (name === '') return 'it has an empty part';
    if (Buffer.byteLength(name) > maxNameBytes) return `a part of it has more than ${maxNameBytes} bytes`;
    const problem = nameInTreeProblem(name);
    if (problem) return problem;
  }
  return null;
}

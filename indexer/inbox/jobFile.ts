import { isRepoKind, nameProblem, type RepoRef } from '../../config/repo.js';
import type { PushJob } from '../types.js';

/*
 * A job file is text that `sh` can write without quoting:
 *
 *   hubstead-job 1
 *   repo model owner name
 *   pusher name
 *   ref <old> <new> <refname>      one line a ref
 */

const suffix = '.job';

export function jobFileName(id: string): string {
  return `${id}${suffix}`;
}

/** The lines before the refs; the post-receive hook adds those. */
export function formatJobHead({ repo, pusher }: Pick<PushJob, 'repo' | 'pusher'>): string {
  return `hubstead-job 1\nrepo ${repo.kind} ${repo.owner} ${repo.name}\npusher ${pusher}`;
}

export function formatJob(job: Pick<PushJob, 'repo' | 'pusher' | 'refs'>): string {
  const refs = job.refs.map((ref) => `ref ${ref.old} ${ref.new} ${ref.name}\n`).join('');
  return `${formatJobHead(job)}\n${refs}`;
}

/** Reads a job file; null when it is none (cut off, another version, a name that no repository has). */
export function parseJob(fileName: string, text: string): PushJob | null {
  if (!fileName.endsWith(suffix)) return null;
  const [head, ...lines] = text.split('\n');
  if (head !== 'hubstead-job 1') return null;
  let repo: RepoRef | null = null;
  let pusher = '';
  const refs: { name: string; old: string; new: string }[] = [];
  for (const line of lines) {
    const [, kind = '', owner = '', name = ''] = /^repo (\S+) (\S+) (\S+)$/.exec(line) ?? [];
    if (isRepoKind(kind)) repo = { kind, owner, name };
    const refLine = /^ref ([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/s.exec(line);
    if (refLine) refs.push({ old: refLine[1]!, new: refLine[2]!, name: refLine[3]! });
    if (line.startsWith('pusher ')) pusher = line.slice('pusher '.length);
  }
  if (!repo || nameProblem(repo.owner) || nameProblem(repo.name)) return null;
  return { version: 1, id: fileName.slice(0, -suffix.length), repo, pusher, refs };
}

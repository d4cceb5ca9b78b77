import { parseBlame } from './blame.js';
import { parseChanges } from './changes.js';
import { logFormat, parseLog } from './commitObject.js';
import { git } from './gitCommand.js';
import type { Commit, History } from './types.js';

/** Commits walked to find who touched a file last; older files show none. */
const maxWalkedCommits = 2000;
const maxLogBytes = 16 * 1_048_576;
const maxWalkMs = 10_000;
const maxBlameBytes = 16 * 1_048_576;
const maxBlameMs = 10_000;
const maxChangesBytes = 32 * 1_048_576;
/** A commit against its first parent, renames told. */
const diffTree = [
  'diff-tree',
  '--root',
  '--no-commit-id',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '-M',
  '-m',
  '--first-parent',
];

/** What a bare repository's commits changed: everything that git walks or compares. */
export function createHistory(folder: string, commitOf: (oid: string) => Promise<Commit>): History {
  return {
    async log(oid, { skip, limit, path: only }) {
      const args = [
        'log',
        '-z',
        `--format=${logFormat}`,
        `--skip=${skip}`,
        `--max-count=${limit}`,
        '--end-of-options',
        oid,
      ];
      return parseLog((await git(folder, only ? [...args, '--', only] : args)).toString('utf8'));
    },
    async followed(oid, path, { skip, limit }) {
      // With --follow git counts to --skip before it looks at paths.
      const args = ['log', '-z', '--follow', '--name-only', '--format=%x02%H', `--max-count=${skip + limit}`];
      const limits = { maxBytes: maxLogBytes, cut: true, timeoutMs: maxWalkMs };
      const output = await git(folder, [...args, '--end-of-options', oid, '--', path], limits);
      const found = commitsWithNames(output.toString('utf8')).slice(skip);
      return Promise.all(
        found.map(async ({ oid: id, names }) => ({ commit: await commitOf(id), path: names[0] ?? path })),
      );
    },
    async countCommits(oid) {
      return Number((await git(folder, ['rev-list', '--count', '--end-of-options', oid])).toString());
    },
    async countAuthors(oid) {
      const args = ['log', '--format=%ae', '--end-of-options', oid];
      const output = await git(folder, args, { maxBytes: maxLogBytes, timeoutMs: maxWalkMs });
      return new Set(output.toString('utf8').toLowerCase().trimEnd().split('\n')).size;
    },
    async patch(commit, { maxBytes, ignoreWhitespace, paths = [], context = 3 }) {
      const form = ['-p', `--unified=${context}`, ...(ignoreWhitespace ? ['-w'] : [])];
      const args = ['-c', 'core.quotePath=false', ...diffTree, ...form];
      const output = await git(folder, [...args, '--end-of-options', commit, '--', ...paths], { maxBytes, cut: true });
      return { text: output.toString('utf8'), cut: output.length >= maxBytes };
    },
    async changes(commit, { ignoreWhitespace } = {}) {
      const args = [...diffTree, '-r', '-z', '--raw', '--numstat', '--no-abbrev', ...(ignoreWhitespace ? ['-w'] : [])];
      const output = await git(folder, [...args, '--end-of-options', commit], { maxBytes: maxChangesBytes });
      return parseChanges(output.toString('utf8'));
    },
    async blame(commit, at) {
      const limits = { maxBytes: maxBlameBytes, timeoutMs: maxBlameMs };
      return parseBlame((await git(folder, ['blame', '--porcelain', commit, '--', at], limits)).toString('utf8'));
    },
    async lastCommits(commit, at, names) {
      const args = [
        'log',
        '-z',
        `--max-count=${maxWalkedCommits}`,
        '--name-only',
        '--no-renames',
        '--format=%x02%H',
        '--end-of-options',
        commit,
      ];
      const limits = { maxBytes: maxLogBytes, cut: true, timeoutMs: maxWalkMs };
      const output = await git(folder, at ? [...args, '--', at] : args, limits);
      const touched = lastTouched(output.toString('utf8'), at ? `${at}/` : '', names);
      const commits = new Map(
        await Promise.all([...new Set(touched.values())].map(async (oid) => [oid, await commitOf(oid)] as const)),
      );
      return new Map([...touched].map(([name, oid]) => [name, commits.get(oid)!]));
    },
  };
}

/** Commits with the names that each touched. The output has `\\x02<id>` and then its names, the first after a line feed; no name holds either. */
function commitsWithNames(output: string): { readonly oid: string; readonly names: string[] }[] {
  const commits: { oid: string; names: string[] }[] = [];
  for (const token of output.split('\0')) {
    if (token.startsWith('\u0002')) commits.push({ oid: token.slice(1), names: [] });
    else if (token.replace(/^\n/, '') !== '') commits.at(-1)?.names.push(token.replace(/^\n/, ''));
  }
  return commits;
}

/** Commit ids by the name below `prefix`. */
function lastTouched(output: string, prefix: string, names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const wanted = new Set(names);
  for (const { oid, names: files } of commitsWithNames(output)) {
    for (const file of files) {
      if (!file.startsWith(prefix)) continue;
      const name = file.slice(prefix.length).split('/')[0]!;
      if (wanted.has(name) && !found.has(name)) found.set(name, oid);
    }
    if (found.size === wanted.size) break;
  }
  return found;
}

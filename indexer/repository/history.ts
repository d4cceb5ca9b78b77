import { parseBlame } from './blame.js';
import { parseChangedPaths, parseChanges } from './changes.js';
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

const rawDiff = ['-r', '-z', '--raw', '--no-abbrev'];

/** What a bare repository's commits changed: everything that git walks or compares. */
export function createHistory(folder: string, commitOf: (oid: string) => Promise<Commit>): History {
  /** @param below where git looks: everywhere when empty */
  async function lastCommitsOf(
    commit: string,
    paths: readonly string[],
    below: readonly string[],
  ): Promise<ReadonlyMap<string, Commit>> {
    const args = ['log', '-z', `--max-count=${maxWalkedCommits}`, '--name-only', '--no-renames', '--format=%x02%H'];
    // By standard input: thousands of paths would be too long for a command line.
    const input = [commit, '--', ...below.filter((path) => !path.includes('\n')), ''].join('\n');
    const limits = { maxBytes: maxLogBytes, cut: true, timeoutMs: maxWalkMs, input };
    const output = await git(folder, [...args, '--stdin'], limits);
    const touched = lastTouched(output.toString('utf8'), paths);
    const commits = new Map(
      await Promise.all([...new Set(touched.values())].map(async (oid) => [oid, await commitOf(oid)] as const)),
    );
    return new Map([...touched].map(([path, oid]) => [path, commits.get(oid)!]));
  }

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
    async since(without, oid, { limit }) {
      const args = [
        'log',
        '-z',
        `--format=${logFormat}`,
        `--max-count=${limit}`,
        '--end-of-options',
        `${without}..${oid}`,
      ];
      return parseLog((await git(folder, args, { timeoutMs: maxWalkMs })).toString('utf8'));
    },
    async mergeBase(one, other) {
      const output = await git(folder, ['merge-base', one, other], { noCode: 1, timeoutMs: maxWalkMs });
      return output.toString().trim() || null;
    },
    async refsWithin(prefix, oid, without) {
      const bounds = [`--merged=${oid}`, ...(without ? [`--no-merged=${without}`] : [])];
      const args = ['for-each-ref', '--format=%(objectname) %(refname)', ...bounds, prefix];
      const output = (await git(folder, args, { maxBytes: maxLogBytes, timeoutMs: maxWalkMs })).toString('utf8');
      return output.split('\n').flatMap((line) => {
        const [id = '', name] = line.split(' ');
        return name ? [{ name, oid: id }] : [];
      });
    },
    async countCommits(oid) {
      return Number((await git(folder, ['rev-list', '--count', '--end-of-options', oid])).toString());
    },
    async countAuthors(oid) {
      const args = ['log', '--format=%ae', '--end-of-options', oid];
      const output = await git(folder, args, { maxBytes: maxLogBytes, timeoutMs: maxWalkMs });
      return new Set(output.toString('utf8').toLowerCase().trimEnd().split('\n')).size;
    },
    async patch(commit, { maxBytes, from, ignoreWhitespace, paths = [], context = 3 }) {
      const form = ['-p', `--unified=${context}`, ...(ignoreWhitespace ? ['-w'] : [])];
      const args = ['-c', 'core.quotePath=false', ...diffTree, ...form];
      const output = await git(folder, [...args, '--end-of-options', ...sides(from, commit), '--', ...paths], {
        maxBytes,
        cut: true,
      });
      return { text: output.toString('utf8'), cut: output.length >= maxBytes };
    },
    async changedPaths(commit, { from } = {}) {
      const args = [...diffTree, ...rawDiff, '--end-of-options', ...sides(from, commit)];
      return parseChangedPaths((await git(folder, args, { maxBytes: maxChangesBytes })).toString('utf8'));
    },
    async changes(commit, { ignoreWhitespace, from, paths = [] } = {}) {
      const args = [...diffTree, ...rawDiff, '--numstat', ...(ignoreWhitespace ? ['-w'] : [])];
      const output = await git(folder, [...args, '--end-of-options', ...sides(from, commit), '--', ...paths], {
        maxBytes: maxChangesBytes,
      });
      return parseChanges(output.toString('utf8'));
    },
    async blame(commit, at) {
      const limits = { maxBytes: maxBlameBytes, timeoutMs: maxBlameMs };
      return parseBlame((await git(folder, ['blame', '--porcelain', commit, '--', at], limits)).toString('utf8'));
    },
    async lastCommits(commit, at, names) {
      const prefix = at ? `${at}/` : '';
      const paths = names.map((name) => prefix + name);
      const found = await lastCommitsOf(commit, paths, at ? [at] : []);
      return new Map([...found].map(([path, last]) => [path.slice(prefix.length), last]));
    },
    lastCommitsOf: (commit, paths) => lastCommitsOf(commit, paths, paths),
  };
}

function sides(from: string | undefined, commit: string): readonly string[] {
  return from === undefined ? [commit] : [from, commit];
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

/** Commit ids by path: a folder is touched with whatever is below it. */
function lastTouched(output: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const wanted = new Set(paths);
  for (const { oid, names: files } of commitsWithNames(output)) {
    for (const path of files.flatMap(withFolders)) {
      if (wanted.has(path) && !found.has(path)) found.set(path, oid);
    }
    if (found.size === wanted.size) break;
  }
  return found;
}

/** `a/b/c` → `a`, `a/b`, `a/b/c` */
function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, place) => parts.slice(0, place + 1).join('/'));
}

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HubError } from '../../config/errors.js';
import { gitEnvironment } from '../../config/gitEnvironment.js';
import { git } from '../../indexer/repository/gitCommand.js';
import type { CommitPlan } from './planCommit.js';
import { readContent, sizeOf } from './waitingContent.js';

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface CommitText {
  readonly parent: string | null;
  /** Whose files it begins with in place of its parent's. */
  readonly tree?: string | undefined;
  readonly author: Author;
  readonly message: string;
}

export interface TagText {
  readonly name: string;
  readonly commit: string;
  readonly author: Author;
  readonly message: string;
}

/** A commit or tag that no repository has yet. */
export interface BuiltObject {
  readonly oid: string;
  /** Its objects, a whole pack. */
  readonly packFile: string;
  /** Removes all that building it took. */
  discard(): Promise<void>;
}

const withinMs = 120_000;
const historyWithinMs = 600_000;
const branch = 'refs/heads/built';

/**
 * Builds a commit by git-fast-import(1) in an empty repository of its own that borrows the objects of `repository`; nothing
 * is written there. @throws HubError GIT_FAILED
 * @param workFolder where the empty repository is made
 */
export function buildCommit(
  workFolder: string,
  repository: string,
  text: CommitText,
  plan: CommitPlan,
): Promise<BuiltObject> {
  return build(workFolder, repository, { ref: branch, commands: commitCommands(text, plan) });
}

/** An annotated tag, in the same way. @throws HubError GIT_FAILED */
export function buildTag(workFolder: string, repository: string, text: TagText): Promise<BuiltObject> {
  return build(workFolder, repository, { ref: `refs/tags/${text.name}`, commands: tagCommands(text) });
}

/** What refs are at after a rewriting of all of them; `packFile` has the objects, null where nothing changed. */
export interface BuiltHistory {
  readonly refs: ReadonlyMap<string, string>;
  readonly packFile: string | null;
  discard(): Promise<void>;
}

/** @param commands for git-fast-import(1), of every ref @throws HubError GIT_FAILED */
export async function buildHistory(
  workFolder: string,
  repository: string,
  commands: AsyncIterable<Buffer>,
): Promise<BuiltHistory> {
  const { folder, discard } = await workRepository(workFolder, repository);
  try {
    await fastImport(folder, commands, { dates: 'raw', withinMs: historyWithinMs });
    const listed = await git(folder, ['for-each-ref', '--format=%(refname) %(objectname)']);
    const lines = listed.toString('utf8').split('\n').filter(Boolean);
    const refs = new Map(lines.map((line) => [line.slice(0, -41), line.slice(-40)]));
    return { refs, packFile: await packIn(folder), discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

interface Import {
  /** Names what was built. */
  readonly ref: string;
  readonly commands: AsyncIterable<Buffer> | Iterable<Buffer>;
}

async function build(workFolder: string, repository: string, { ref, commands }: Import): Promise<BuiltObject> {
  const { folder, discard } = await workRepository(workFolder, repository);
  try {
    await fastImport(folder, commands, { dates: 'now', withinMs });
    const packFile = await packIn(folder);
    if (!packFile) throw new HubError('GIT_FAILED', { command: 'fast-import', reason: 'it left no pack' });
    return { oid: (await readFile(path.join(folder, ref), 'utf8')).trim(), packFile, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function packIn(folder: string): Promise<string | null> {
  const packs = path.join(folder, 'objects', 'pack');
  const name = (await readdir(packs)).find((file) => file.endsWith('.pack'));
  return name ? path.join(packs, name) : null;
}

async function workRepository(
  workFolder: string,
  repository: string,
): Promise<{ folder: string; discard: () => Promise<void> }> {
  await mkdir(workFolder, { recursive: true });
  const folder = await mkdtemp(path.join(workFolder, 'commit-'));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await emptyRepository(folder, repository);
    return { folder, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** By hand (gitrepository-layout(5)): `git init` takes a process, 3 ms. */
export async function emptyRepository(folder: string, borrowsFrom: string): Promise<void> {
  await mkdir(path.join(folder, 'objects', 'info'), { recursive: true });
  await mkdir(path.join(folder, 'objects', 'pack'));
  await mkdir(path.join(folder, 'refs'));
  await writeFile(path.join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(path.join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeFile(path.join(folder, 'objects', 'info', 'alternates'), `${path.resolve(borrowsFrom, 'objects')}\n`);
}

async function fastImport(
  folder: string,
  commands: Import['commands'],
  { dates, withinMs }: { dates: 'now' | 'raw'; withinMs: number },
): Promise<void> {
  // However few objects: a pack is what receive-pack takes. Nothing here has to outlive a loss of power.
  const settings = ['-c', 'fastimport.unpackLimit=0', '-c', 'core.fsync=none'];
  const args = [...settings, 'fast-import', '--quiet', `--date-format=${dates}`];
  const child = spawn('git', ['--git-dir', folder, ...args], {
    env: gitEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: withinMs,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 2000) complaint += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  // It takes commands that end early, between two, for all of them; of its own end its exit code says why.
  let failure: { readonly error: unknown } | null = null;
  const watched = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* commands;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const fed = pipeline(Readable.from(watched()), child.stdin).catch(() => {});
  const code = await ended;
  await fed;
  if (failure) throw (failure as { readonly error: unknown }).error;
  if (code !== 0) {
    const reason = complaint.trim().split('\n')[0] || 'it was ended';
    throw new HubError('GIT_FAILED', { command: 'fast-import', reason });
  }
}

function* tagCommands({ name, commit, author, message }: TagText): Generator<Buffer> {
  const text = Buffer.from(message);
  yield Buffer.from(`tag ${name}\nfrom ${commit}\ntagger ${personOf(author)}\ndata ${text.length}\n`);
  yield text;
  yield Buffer.from('\n');
}

async function* commitCommands(
  { parent, tree, author, message }: CommitText,
  { removals, writes }: CommitPlan,
): AsyncGenerator<Buffer> {
  const person = personOf(author);
  const text = Buffer.from(message);
  yield Buffer.from(`commit ${branch}\nauthor ${person}\ncommitter ${person}\ndata ${text.length}\n`);
  yield text;
  yield Buffer.from(`\n${parent ? `from ${parent}\n` : ''}`);
  if (tree) yield Buffer.from(`M 040000 ${tree} ""\n`);
  for (const removal of removals) yield Buffer.from(`D ${quoted(removal)}\n`);
  for (const write of writes) {
    const mode = write.executable ? '100755' : '100644';
    if (typeof write.content === 'string') {
      yield Buffer.from(`M ${mode} ${write.content} ${quoted(write.path)}\n`);
      continue;
    }
    yield Buffer.from(`M ${mode} inline ${quoted(write.path)}\ndata ${sizeOf(write.content)}\n`);
    if (Buffer.isBuffer(write.content)) yield write.content;
    else yield* readContent(write.content);
    yield Buffer.from('\n');
  }
  yield Buffer.from('\n');
}

function personOf({ name, email }: Author): string {
  return `${clean(name) || 'unknown'} <${clean(email)}> now`;
}

function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').trim();
}

function quoted(file: string): string {
  return `"${file.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

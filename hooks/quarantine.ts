import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { HubError } from '../config/errors.js';
import { gitEnvironment } from '../config/gitEnvironment.js';
import { type CatFileObject, catFileRequests, parseCatFile } from '../indexer/repository/catFile.js';
import { CatFile } from '../indexer/repository/objectPool.js';

/**
 * The objects that a push brought, before any ref names them. git keeps them in a folder of their own and names it to
 * pre-receive (githooks(5), "pre-receive": quarantine); a refused push leaves nothing because git deletes that folder.
 */
export interface Quarantine {
  readonly repositoryFolder: string;
  /** Null when the push brought no objects (deletes, or refs to what was there). */
  readonly objectFolder: string | null;
  readonly alternates: string;
}

export interface ObjectInfo {
  readonly oid: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly sizeBytes: number;
}

/** Checks what the hook said: the folder must lie inside the repository. @throws HubError BAD_REQUEST */
export function openQuarantine(
  repositoryFolder: string,
  said: { objectFolder: string; alternates: string },
): Quarantine {
  if (!said.objectFolder) return { repositoryFolder, objectFolder: null, alternates: '' };
  const objectFolder = path.resolve(repositoryFolder, said.objectFolder);
  if (!objectFolder.startsWith(`${path.resolve(repositoryFolder)}${path.sep}`)) {
    throw new HubError('BAD_REQUEST', { reason: 'the quarantine is outside the repository' });
  }
  const alternates = said.alternates || path.join(repositoryFolder, 'objects');
  return { repositoryFolder, objectFolder, alternates };
}

/** Exactly the objects that the push brought, in no order: cost grows with the push, not with the history. */
export async function* newObjects(quarantine: Quarantine, signal: AbortSignal): AsyncGenerator<ObjectInfo> {
  if (!quarantine.objectFolder) return;
  const format = '--batch-check=%(objecttype) %(objectsize) %(objectname)';
  const child = gitChild(['cat-file', '--batch-all-objects', '--unordered', format], quarantine, signal, {
    onlyNew: true,
  });
  child.stdin.end();
  for await (const line of linesOf(child.stdout)) {
    const [type, size, oid] = line.split(' ');
    yield { type: type as ObjectInfo['type'], sizeBytes: Number(size), oid: oid! };
  }
  await child.ended;
}

/** Contents of the named objects, in order. Names come from git itself or are full ids. */
export async function* readObjects(
  quarantine: Quarantine,
  oids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<CatFileObject> {
  if (oids.length === 0) return;
  const child = gitChild(['cat-file', '--batch'], quarantine, signal);
  // Written while the answers are read: both pipes are bounded, so writing all first could block for ever.
  const written = catFileRequests(oids, child.stdin);
  yield* parseCatFile(child.stdout);
  await written;
  await child.ended;
}

/** A warm child over old and new objects: many small questions one after another. Retire it. */
export function openReader(quarantine: Quarantine): CatFile {
  return new CatFile(quarantine.repositoryFolder, '--batch', objectEnvironment(quarantine));
}

function objectEnvironment({ objectFolder, alternates }: Quarantine, onlyNew = false): Record<string, string> {
  if (!objectFolder) return {};
  return { GIT_OBJECT_DIRECTORY: objectFolder, GIT_ALTERNATE_OBJECT_DIRECTORIES: onlyNew ? '' : alternates };
}

/** One git command over old and new objects; its whole output, at most maxBytes. @throws HubError GIT_FAILED, TOO_LARGE */
export async function gitOutput(
  quarantine: Quarantine,
  args: readonly string[],
  options: { signal: AbortSignal; maxBytes: number; input?: string; environment?: Record<string, string> },
): Promise<Buffer> {
  const child = gitChild(args, quarantine, options.signal, { environment: options.environment ?? {} });
  child.stdin.end(options.input ?? '');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of child.stdout) {
    size += (chunk as Buffer).length;
    if (size > options.maxBytes) {
      child.kill();
      throw new HubError('TOO_LARGE', { what: `The list that git ${args[0]} makes`, limitBytes: options.maxBytes });
    }
    chunks.push(chunk as Buffer);
  }
  await child.ended;
  return Buffer.concat(chunks);
}

export async function* linesOf(stream: Readable, separator = '\n'): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const parts = (rest + (chunk as string)).split(separator);
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest) yield rest;
}

function gitChild(
  args: readonly string[],
  quarantine: Quarantine,
  signal: AbortSignal,
  options: { onlyNew?: boolean; environment?: Record<string, string> } = {},
) {
  const objects = objectEnvironment(quarantine, options.onlyNew);
  const child = spawn('git', ['--git-dir', quarantine.repositoryFolder, ...args], {
    env: gitEnvironment({ ...objects, ...options.environment }),
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 2000) complaint += chunk.toString();
  });
  child.stdin.on('error', () => {}); // git ended first; its exit code says why
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new HubError('GIT_FAILED', { command: args[0]!, reason: cause.message }, { cause })),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new HubError('GIT_FAILED', { command: args[0]!, reason: complaint.trim() || `exit code ${code}` }));
    });
  });
  ended.catch(() => {}); // awaited later; an early failure must not count as unhandled
  return { stdin: child.stdin, stdout: child.stdout, kill: () => child.kill('SIGKILL'), ended };
}

import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HubError } from '../../config/errors.js';
import { gitEnvironment } from '../../config/gitEnvironment.js';

export interface GitCommandOptions {
  readonly input?: string | Buffer;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  /** Output past maxBytes is dropped instead of refused. */
  readonly cut?: boolean;
  /** The exit code that means “no” and is no failure. */
  readonly noCode?: number;
}

/** Runs one short git command in a bare repository. @returns its output. @throws HubError GIT_FAILED, TOO_LARGE */
export async function git(folder: string, args: readonly string[], options: GitCommandOptions = {}): Promise<Buffer> {
  const maxBytes = options.maxBytes ?? 128 * 1_048_576;
  const child = spawn('git', ['--git-dir', folder, '--literal-pathspecs', ...args], {
    env: gitEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {}); // git ended without reading; its exit code says why
  child.stdin.end(options.input ?? '');
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 2000) complaint += chunk.toString();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    if (size <= maxBytes) chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new HubError('GIT_FAILED', { command: args[0]!, reason: cause.message }, { cause })),
    );
    child.on('close', resolve);
  });
  if (size > maxBytes) {
    if (options.cut) return Buffer.concat(chunks).subarray(0, maxBytes);
    throw new HubError('TOO_LARGE', { what: `The answer of git ${args[0]}`, limitBytes: maxBytes });
  }
  if (code !== 0 && (code === null || code !== options.noCode)) {
    throw new HubError('GIT_FAILED', { command: args[0]!, reason: complaint.trim() || 'it was ended' });
  }
  return Buffer.concat(chunks);
}

/** Output of a git command as a stream, in bounded memory; destroying the stream ends git. */
export function gitStream(folder: string, args: readonly string[]): Readable {
  const child = spawn('git', ['--git-dir', folder, ...args], {
    env: gitEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.on('error', (error) => child.stdout.destroy(error));
  child.stdout.on('close', () => child.kill('SIGTERM'));
  return child.stdout;
}

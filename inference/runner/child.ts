import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Log } from '../../config/log.js';
import { isSource } from '../threads/siblingModule.js';

/**
 * All that such a process gets of the environment: nothing of the hub's secrets. The two malloc thresholds keep memory
 * flat while models come and go.
 */
const environment = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  TOKENIZERS_PARALLELISM: 'false',
};

/** A process of the hub's own that takes messages of one kind. */
export interface Child<To> {
  readonly pid: number | null;
  send(message: To): void;
  /** SIGKILL: nothing gentler ends a thread in native code. */
  kill(): void;
  /** Resolves when the process has ended: until then it may write files, killed or not. */
  readonly ended: Promise<void>;
}

interface ChildHandlers<From> {
  readonly onMessage: (message: From) => void;
  /** Called once, when the process has ended or could not start; the reason is a sentence for people. */
  readonly onEnd: (reason: string) => void;
}

/** Starts a process from `entry`, source or built. */
export function startChild<To extends object, From>(
  entry: URL,
  log: Log,
  { onMessage, onEnd }: ChildHandlers<From>,
): Child<To> {
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A thread that unloads a model collects its garbage at once.
    execArgv: ['--expose-gc', ...(isSource(entry.href) ? ['--import', typescriptLoader()] : [])],
    env: environment,
  });
  const lastWords = followStderr(child, log);
  let hasEnded = false;
  let tellEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });
  const end = (reason: string) => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(reason);
    tellEnded();
  };
  child.on('message', (message) => onMessage(message as From));
  // Of a process that did start, an error is a message or a signal that did not reach it.
  child.on('error', (error) => {
    if (child.pid === undefined) end(`could not be started: ${error.message}`);
  });
  child.on('exit', (code, signal) => end(`ended by ${signal ?? `code ${code}`}${lastWords()}`));
  return {
    pid: child.pid ?? null,
    // A process that ends while it is spoken to is heard of by its exit.
    send: (message) => void (child.connected && child.send(message, () => {})),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/** Development and tests run the sources; the process then needs the loader that the hub itself was started with. */
function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}

/** Logs what native code prints, and keeps the last line: it often says why the process ended. */
function followStderr(child: ChildProcess, log: Log): () => string {
  let last = '';
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      // A colour that is put back makes a line of its own.
      last = plain(line) || last;
      log.debug('runner', { line: last });
    });
  }
  return () => (last === '' ? '' : ` (${last})`);
}

/** A line that may hold colours (ONNX Runtime's do) and other control characters, as text of at most 300 characters. */
export function plain(line: string): string {
  return stripVTControlCharacters(line.slice(0, 1000))
    .replace(/\p{Cc}/gu, '')
    .slice(0, 300);
}

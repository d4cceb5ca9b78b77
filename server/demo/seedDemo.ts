import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { deadline } from '../../config/deadline.js';
import { HubError } from '../../config/errors.js';
import { gitEnvironment } from '../../config/gitEnvironment.js';
import { buildDemoModel } from './buildDemoModel.js';

const run = promisify(execFile);

export interface DemoSeed {
  /** Where the hub listens. */
  readonly hubUrl: string;
  /** Of `owner`, with the role write. */
  readonly token: string;
  readonly owner?: string;
  readonly name?: string;
  /** For the card, when people know the hub by another address than `hubUrl`. */
  readonly publicUrl?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Pushes the demo model as anybody would, with git over HTTP, so that a fresh hub shows a page whose widget answers.
 * Needs a hub that listens and makes repositories on push (or has this one); needs no git-lfs.
 * @returns what the hub reported to the pusher (`remote:` lines). @throws HubError GIT_FAILED
 */
export async function seedDemo({
  hubUrl,
  token,
  owner = 'admin',
  name = 'demo-sentiment',
  publicUrl = hubUrl,
  timeoutMs = 60_000,
  signal,
}: DemoSeed): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-demo-'));
  const env = pushEnvironment(hubUrl, token);
  const { signal: until, end } = deadline(timeoutMs, signal);
  const git = async (...args: string[]): Promise<string> => {
    try {
      return (await run('git', args, { cwd: folder, env, signal: until })).stderr;
    } catch (cause) {
      throw new HubError('GIT_FAILED', { command: args[0]!, reason: reasonOf(cause, until, timeoutMs) }, { cause });
    }
  };
  try {
    await buildDemoModel(folder, { hubUrl: publicUrl, modelId: `${owner}/${name}` });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=A small sentiment classifier to try');
    return await git('push', '--no-progress', `${hubUrl}/${owner}/${name}`, 'HEAD:refs/heads/main');
  } finally {
    end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The token goes by the environment: arguments are seen by everybody on the machine. */
function pushEnvironment(hubUrl: string, token: string): Record<string, string> {
  const author = { NAME: 'Hubstead', EMAIL: 'demo@hubstead.invalid' };
  return gitEnvironment({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${hubUrl}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
    ...Object.fromEntries(
      Object.entries(author).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  });
}

function reasonOf(cause: unknown, until: AbortSignal, timeoutMs: number): string {
  if (until.aborted) {
    return (until.reason as Error)?.name === 'TimeoutError' ? `it took longer than ${timeoutMs} ms` : 'it was ended';
  }
  const { stderr, message } = cause as { stderr?: string; message?: string };
  return stderr?.trim() || message || 'it failed';
}

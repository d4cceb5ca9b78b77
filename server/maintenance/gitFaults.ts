import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitEnvironment } from '../../config/gitEnvironment.js';

const run = promisify(execFile);

const hourMs = 3_600_000;
/** What git fsck says of histories that are odd but whole, as other tools write them. */
const harmless = /^(notice|warning|dangling|(error|warning) in \w+)\b/;

/**
 * Asks git whether a repository holds all that its refs reach and, where `deep`, whether each object is what its name says.
 * @returns git's first complaint, or null
 */
export async function gitFault(folder: string, deep: boolean): Promise<string | null> {
  const complaint = await fsck(folder, deep);
  // A push that moves a ref while git looks reads like damage; a second look tells them apart.
  return complaint && fsck(folder, deep);
}

async function fsck(folder: string, deep: boolean): Promise<string | null> {
  const args = ['fsck', deep ? '--full' : '--connectivity-only', '--no-dangling', '--no-progress'];
  try {
    await run('git', ['--git-dir', folder, ...args], { env: gitEnvironment(), timeout: hourMs });
    return null;
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    const lines = `${stderr ?? ''}\n${stdout ?? ''}`.split('\n').filter(Boolean);
    if (lines.length === 0) return message.split('\n')[0]!;
    const telling = lines.find((line) => !harmless.test(line));
    return (
      telling
        ?.replace(/^(error|fatal): /, '')
        .replaceAll(`${folder}/`, '')
        .replace(/\s+/g, ' ') ?? null
    );
  }
}

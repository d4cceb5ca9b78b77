import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { HubError } from '../../../config/errors.js';
import { gitEnvironment } from '../../../config/gitEnvironment.js';
import type { PatchLine } from '../../../views/pages/files/commit.js';
import { parsePatch } from '../files/parsePatch.js';

const withinMs = 20_000;

/** Lines that differ, old to new, as a patch has them. @param workFolder where both are written for git to read */
export async function differenceOf(workFolder: string, old: string, fresh: string): Promise<readonly PatchLine[]> {
  const args = ['diff', '--no-index', '--no-color', '--no-ext-diff', '--text', 'old', 'fresh'];
  const patch = await onFiles(workFolder, { old, fresh }, args);
  return parsePatch(patch.output)[0]?.lines ?? [];
}

/** Both changes of one text in one, or null where they touch the same lines (git-merge-file(1)). */
export async function mergeTexts(
  workFolder: string,
  { mine, base, theirs }: { readonly mine: string; readonly base: string; readonly theirs: string },
): Promise<string | null> {
  const merged = await onFiles(workFolder, { mine, base, theirs }, ['merge-file', '-p', 'mine', 'base', 'theirs']);
  return merged.code === 0 ? merged.output : null;
}

/** @throws HubError GIT_FAILED */
async function onFiles(
  workFolder: string,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  await mkdir(workFolder, { recursive: true });
  const folder = await mkdtemp(path.join(workFolder, 'texts-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    const child = spawn('git', args, {
      cwd: folder,
      env: gitEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    });
    const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const [output, complaint, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
    // Up to 127 conflicts are counted by the exit code; 1 says of a comparison that there are differences.
    if (code === null || code > 127)
      throw new HubError('GIT_FAILED', { command: args[0]!, reason: complaint.split('\n')[0] || 'it was ended' });
    return { code, output: output.toString('utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

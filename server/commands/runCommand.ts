import { existsSync } from 'node:fs';
import { dataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import type { Options } from '../../config/options.js';
import { callRunningHub } from '../control/controlSocket.js';
import { holderOf } from '../control/lock.js';
import { type CommandArguments, type CommandResult, isCommand, perform } from './index.js';

/** Commands by which a data folder may begin. */
const founding: ReadonlySet<string> = new Set(['user add', 'org add']);

/**
 * Runs a command inside the hub that uses the data folder, or, when none runs, in this process with the folder's lock.
 * @throws HubError BAD_REQUEST (no such command, no hub in that folder), DATA_FOLDER_LOCKED, and what the command throws
 */
export async function runCommand(options: Options, name: string, args: CommandArguments): Promise<CommandResult> {
  if (!isCommand(name)) throw new HubError('BAD_REQUEST', { reason: `There is no command ${name}` });
  const data = dataFolder(options.dataDir);
  const holder = holderOf(data);
  const answer = holder && (await callRunningHub(holder.controlSocket, name, args));
  if (answer && 'error' in answer) throw new HubError('BAD_REQUEST', { reason: answer.error });
  if (answer) return answer;
  if (!founding.has(name) && !existsSync(data.hubDatabase)) {
    throw new HubError('BAD_REQUEST', { reason: `There is no hub in ${data.root}: --data-dir names its folder` });
  }
  const { createHub } = await import('../app.js');
  const hub = await createHub({ ...options, log: 'warn' }, { quiet: true });
  try {
    return await perform(hub.services, name, args);
  } finally {
    await hub.close();
  }
}

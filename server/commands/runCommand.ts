import { existsSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../config/errors.js';
import type { Options } from '../../config/options.js';
import { callRunningHub } from '../control/controlSocket.js';
import { socketFolder } from '../control/socketFolder.js';
import { type CommandArguments, commands, isCommand } from './index.js';

/**
 * Runs a command inside the hub that uses the data folder, or, when none runs, in this process with the folder's lock.
 * @returns the lines to print
 */
export async function runCommand(options: Options, name: string, args: CommandArguments): Promise<string> {
  if (!isCommand(name)) throw new HubError('BAD_REQUEST', { reason: `There is no command ${name}` });
  if (existsSync(options.dataDir)) {
    const answer = await callRunningHub(path.join(socketFolder(options.dataDir), 'control.sock'), name, args);
    if (answer?.error) throw new HubError('BAD_REQUEST', { reason: answer.error });
    if (answer) return answer.output ?? '';
  }
  const { createHub } = await import('../app.js');
  const hub = await createHub({ ...options, host: '127.0.0.1', port: 0, log: 'warn' }, { quiet: true });
  try {
    return await commands[name](hub.services, args);
  } finally {
    await hub.close();
  }
}

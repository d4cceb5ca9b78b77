import { chmod, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { toHubError } from '../../config/errors.js';
import { type CommandArguments, type CommandResult, isCommand, perform } from '../commands/index.js';
import type { Services } from '../services.js';

/** The socket by which the command line speaks to a running hub; its folder is readable by the hub's user alone. */
export async function openControlSocket(path: string, services: Services): Promise<{ close(): Promise<void> }> {
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const { command, args } = (await json(request)) as { command: string; args: CommandArguments };
        if (!isCommand(command)) throw new Error(`no command ${command}`);
        response.end(JSON.stringify(await perform(services, command, args)));
      } catch (error) {
        const hubError = toHubError(error);
        if (hubError.code === 'INTERNAL') services.log.error('a command failed', { error });
        response.statusCode = 400;
        response.end(JSON.stringify({ error: [hubError.message, hubError.hint].filter(Boolean).join('\n') }));
      }
    })();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return {
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await rm(path, { force: true });
    },
  };
}

/** Runs a command inside the hub that listens on the socket; null when none does. */
export function callRunningHub(
  path: string,
  command: string,
  args: CommandArguments,
): Promise<CommandResult | { readonly error: string } | null> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: path, method: 'POST', path: '/' }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body) as CommandResult | { error: string }), reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    });
    request.end(JSON.stringify({ command, args }));
  });
}

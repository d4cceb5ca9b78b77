import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toHubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import type { PushSession, PushSessions } from './pushSessions.js';

const maxRefLinesBytes = 16 * 1_048_576;

export interface HookAnswer {
  readonly accepted: boolean;
  readonly text: string;
}

export interface HookHandlers {
  preReceive(
    session: PushSession,
    said: { lines: string; objectFolder: string; alternates: string; signal: AbortSignal },
  ): Promise<HookAnswer>;
  postReceive(session: PushSession, said: { lines: string; isQuiet: boolean }): Promise<string>;
}

/**
 * The unix socket that the hooks ask. Only a process that knows the id of a running push gets an answer, and the folder
 * of the socket is readable by the hub's user alone.
 */
export async function openHookSocket(
  socketPath: string,
  dependencies: { sessions: PushSessions; handlers: HookHandlers; log: Log },
): Promise<{ close(): Promise<void> }> {
  await rm(socketPath, { force: true });
  const server = createServer((request, response) => {
    answer(request, response, dependencies).catch((error: unknown) => {
      const hubError = toHubError(error);
      dependencies.log.error('a hook got no answer', { url: request.url, error: hubError.cause ?? hubError });
      if (!response.headersSent) response.statusCode = 500;
      response.end(`The hub could not check this push: ${hubError.message}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      await rm(socketPath, { force: true });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, handlers }: { sessions: PushSessions; handlers: HookHandlers },
): Promise<void> {
  const session = sessions.find(headerOf(request, 'x-push'));
  if (!session || request.method !== 'POST') {
    response.statusCode = 403;
    response.end('This is not a running push.\n');
    return;
  }
  const lines = await readText(request);
  if (request.url === '/pre-receive') {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const said = {
      lines,
      objectFolder: headerOf(request, 'x-quarantine') ? headerOf(request, 'x-object-directory') : '',
      alternates: headerOf(request, 'x-alternates'),
      signal: gone.signal,
    };
    const { accepted, text } = await handlers.preReceive(session, said);
    response.statusCode = accepted ? 200 : 422;
    response.end(text);
    return;
  }
  if (request.url === '/post-receive') {
    response.end(
      await handlers.postReceive(session, { lines, isQuiet: headerOf(request, 'x-push-option') === 'quiet' }),
    );
    return;
  }
  response.statusCode = 404;
  response.end();
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxRefLinesBytes) throw new Error('too many refs in one push');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HubError } from '../config/errors.js';
import type { Options } from '../config/options.js';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more connections, lets the running requests end (30 s at most), and closes all that wait for a request. */
  drain(): Promise<void>;
}

const drainMs = 30_000;

/** @throws LISTEN_FAILED */
export async function listen(
  handler: RequestListener,
  { host, port }: Pick<Options, 'host' | 'port'>,
): Promise<Listening> {
  const server = createServer(handler);
  // Large uploads take as long as they take; idle connections are cut by the doors.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  const connections = new Set<Socket>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = listenFailures[cause.code ?? ''] ?? cause.message;
      reject(new HubError('LISTEN_FAILED', { address: `${host}:${port}`, reason }, { cause }));
    });
    server.listen(port, host, resolve);
  });
  // Connections that finish their request meanwhile would wait for the next one.
  const closeWaiting = (): void => {
    server.closeIdleConnections();
    // Browsers and fetch open connections in advance; to Node one that never sent anything is not idle.
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const waiting = setInterval(closeWaiting, 100);
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(waiting);
      clearTimeout(timer);
    },
  };
}

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of that name',
  EACCES: 'this user may not take that port',
};

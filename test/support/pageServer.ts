import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { authenticate } from '../../server/authenticate.js';
import { pageErrors } from '../../server/pages/errors.js';
import { pages } from '../../server/pages/index.js';
import type { Services } from '../../server/services.js';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The pages alone, over whatever services a test made. @param other answers what pages do not */
export async function startPageServer(services: Services, other?: RequestHandler): Promise<PageServer> {
  const app = express();
  app.disable('x-powered-by');
  if (other) app.use(other);
  app.use(authenticate(services));
  app.use(pages(services));
  app.use(pageErrors(services));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

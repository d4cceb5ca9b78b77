import { Router } from 'express';
import type { Services } from './services.js';

/** `/healthz`: the process answers. `/readyz`: the spool was replayed and the runner is up. */
export function health(services: Services): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  router.get('/readyz', (_request, response) => {
    const missing = [
      ...(services.indexer.ready() ? [] : ['index']),
      ...(services.options.inference.enabled && !services.inference.stats().ready ? ['inference'] : []),
    ];
    response
      .status(missing.length === 0 ? 200 : 503)
      .type('text/plain')
      .send(missing.length === 0 ? 'ready\n' : `starting: ${missing.join(', ')}\n`);
  });
  return router;
}

import type { Options } from '../config/options.js';
import { createHub, type Hub } from './app.js';
import type { FirstRun } from './firstRun.js';

/** Starts the hub, prints where it is, and ends with exit code 0 on SIGTERM or SIGINT once running calls have ended. */
export async function serve(options: Options): Promise<void> {
  const hub = await createHub(options);
  const { log } = hub.services;
  console.log(`Hubstead listens on ${hub.url}`);
  if (hub.firstRun) console.log(hub.firstRun.text);
  if (!/^(127\.|localhost$|\[?::1)/.test(options.host) && !options.baseUrl) {
    log.warn('others will be shown addresses of this machine: set baseUrl', {
      line: 'HUBSTEAD_BASE_URL=https://hub.example.org',
    });
  }
  const closing = new AbortController();
  let stoppingSince: number | null = null;
  const stop = (signal: string): void => {
    // Ctrl-C reaches us from the terminal and again from npm: only a later signal is a second one.
    if (stoppingSince !== null && Date.now() - stoppingSince > 2000) process.exit(1);
    if (stoppingSince !== null) return;
    stoppingSince = Date.now();
    closing.abort();
    log.info('stopping', { signal });
    hub.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('the hub did not stop cleanly', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (hub.firstRun && options.demo) await pushDemo(hub, hub.firstRun, closing.signal);
}

async function pushDemo({ services, localUrl, url }: Hub, first: FirstRun, signal: AbortSignal): Promise<void> {
  const { log, options, catalog, repositories } = services;
  const { seedDemo } = await import('./demo/seedDemo.js');
  const name = 'demo-sentiment';
  try {
    if (!options.createOnPush) {
      // As the first request of a push would have left it.
      const ref = { kind: 'model', owner: first.user, name } as const;
      await repositories.create(ref);
      catalog.create(ref, { private: options.newRepoVisibility === 'private', state: 'pending', createdBy: null });
    }
    // Not by the public address: what answers there may be up later than we are.
    await seedDemo({ hubUrl: localUrl, publicUrl: url, token: first.token, owner: first.user, name, signal });
    console.log(`Demo model: ${url}/${first.user}/${name}`);
  } catch (error) {
    log.warn('the demo model could not be pushed', { error });
  }
}

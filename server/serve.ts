import type { Options } from '../config/options.js';
import { createHub } from './app.js';
import { seedDemo } from './demo/seedDemo.js';

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
  if (hub.firstRun && options.demo) {
    const { token, user: owner } = hub.firstRun;
    const publicUrl = options.baseUrl ?? hub.url;
    await seedDemo({ hubUrl: hub.url, publicUrl, token, owner, signal: closing.signal }).catch((error: unknown) => {
      log.warn('the demo model could not be pushed', { error });
    });
  }
}

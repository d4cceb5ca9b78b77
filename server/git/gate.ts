import { HubError } from '../../config/errors.js';

/** At most `width` holders at once; a few more wait, each for a bounded time; the rest are told to come back. */
export interface Gate {
  /** Resolves with the function that gives the place back (safe to call twice). @throws HubError BUSY */
  enter(signal?: AbortSignal): Promise<() => void>;
  readonly inside: number;
}

export function createGate(what: string, width: number, limits = { waiting: 64, waitMs: 30_000 }): Gate {
  let inside = 0;
  const queue: (() => void)[] = [];

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else inside -= 1;
  }

  function pass(): () => void {
    let held = true;
    return () => {
      if (held) leave();
      held = false;
    };
  }

  return {
    get inside() {
      return inside;
    },
    async enter(signal) {
      if (inside < width) {
        inside += 1;
        return pass();
      }
      const busy = (): HubError => new HubError('BUSY', { what, seconds: Math.ceil(limits.waitMs / 1000) });
      if (queue.length >= limits.waiting) throw busy();
      await new Promise<void>((resolve, reject) => {
        const giveUp = (): void => {
          const at = queue.indexOf(admit);
          if (at >= 0) queue.splice(at, 1);
          clearTimeout(timer);
          reject(busy());
        };
        const timer = setTimeout(giveUp, limits.waitMs);
        const admit = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          resolve();
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        queue.push(admit);
      });
      return pass();
    },
  };
}

import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';

const minuteMs = 60_000;

/** Counts what happened in the last minute, by key. */
export function createLastMinute(now: () => number) {
  const times = new LRUCache<string, number[]>({ max: 10_000 });
  const recent = (key: string): number[] => (times.get(key) ?? []).filter((at) => at > now() - minuteMs);
  return {
    /** @throws HubError RATE_LIMITED when it happened `most` times */
    check(key: string, most: number): void {
      const found = recent(key);
      if (found.length < most) return;
      throw new HubError('RATE_LIMITED', {
        what: 'attempts',
        seconds: Math.ceil((found[0]! + minuteMs - now()) / 1000),
      });
    },
    add(key: string): void {
      times.set(key, [...recent(key), now()]);
    },
    forget(key: string): void {
      times.delete(key);
    },
  };
}

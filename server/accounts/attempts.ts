import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';

const windowMs = 60_000;
const perName = 10;
const perAddress = 50;

/** Failed logins of the last minute, by (name, address) and by address. Succeeding forgets those of the name. */
export function createAttempts(now: () => number) {
  const failures = new LRUCache<string, number[]>({ max: 10_000 });
  const recent = (key: string): number[] => (failures.get(key) ?? []).filter((at) => at > now() - windowMs);

  function check(key: string, most: number): void {
    const times = recent(key);
    if (times.length < most) return;
    throw new HubError('RATE_LIMITED', { seconds: Math.ceil((times[0]! + windowMs - now()) / 1000) });
  }

  return {
    /** @throws HubError RATE_LIMITED */
    check(name: string, address: string): void {
      check(`${name.toLowerCase()} ${address}`, perName);
      check(address, perAddress);
    },
    failed(name: string, address: string): void {
      for (const key of [`${name.toLowerCase()} ${address}`, address]) failures.set(key, [...recent(key), now()]);
    },
    succeeded(name: string, address: string): void {
      failures.delete(`${name.toLowerCase()} ${address}`);
    },
  };
}

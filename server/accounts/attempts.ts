import { createLastMinute } from './lastMinute.js';

const perName = 10;
const perAddress = 50;

/** Failed logins of the last minute, by (name, address) and by address. Succeeding forgets those of the name. */
export function createAttempts(now: () => number) {
  const failures = createLastMinute(now);
  const personKey = (name: string, address: string): string => `${name.toLowerCase()} ${address}`;
  return {
    /** @throws HubError RATE_LIMITED */
    check(name: string, address: string): void {
      failures.check(personKey(name, address), perName);
      failures.check(address, perAddress);
    },
    failed(name: string, address: string): void {
      failures.add(personKey(name, address));
      failures.add(address);
    },
    succeeded(name: string, address: string): void {
      failures.forget(personKey(name, address));
    },
  };
}

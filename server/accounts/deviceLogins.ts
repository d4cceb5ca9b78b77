import { randomBytes, randomInt } from 'node:crypto';
import { HubError } from '../../config/errors.js';
import { createLastMinute } from './lastMinute.js';
import type { TokenRole } from './types.js';

/** No vowels, so that it spells no word, and nothing that looks like something else (RFC 8628, 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const waitsMs = 15 * 60_000;
const intervalMs = 5000;
/** A client's clock and the network are not exact. */
const slackMs = 1000;
const mostWaiting = 1000;
const perMinute = 20;

/** A program that wants to sign in as somebody who is before a browser. */
export interface WaitingLogin {
  /** As it is shown: `ABCD-EFGH`. */
  readonly userCode: string;
  /** What the program says that it is. */
  readonly program: string;
  readonly address: string;
  readonly atMs: number;
}

export interface Allowed {
  readonly userId: number;
  readonly label: string;
  readonly role: TokenRole;
}

/** What a program hears that asks whether it is allowed yet; an allowed one hears it once. */
export type Polled = Allowed | 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token';

/** Sign-in by a code (RFC 8628). What waits is kept in memory: after a restart, programs ask anew. */
export interface DeviceLogins {
  /** @throws HubError RATE_LIMITED */
  begin(
    program: string,
    address: string,
  ): {
    deviceCode: string;
    userCode: string;
    expiresInSeconds: number;
    intervalSeconds: number;
  };
  /** What waits under a code as somebody typed it; null when nothing does, or it was decided. */
  waiting(userCode: string): WaitingLogin | null;
  /** null = refused. @returns false when nothing waits under this code */
  decide(userCode: string, decision: Allowed | null): boolean;
  poll(deviceCode: string): Polled;
}

interface Login extends WaitingLogin {
  intervalMs: number;
  polledAtMs: number | null;
  decision: Allowed | 'refused' | null;
}

export function createDeviceLogins(now: () => number): DeviceLogins {
  const logins = new Map<string, Login>();
  const begun = createLastMinute(now);

  /** They are in the order in which they began. */
  function dropOld(): void {
    for (const [code, { atMs }] of logins) {
      if (atMs > now() - waitsMs) return;
      logins.delete(code);
    }
  }

  function limit(address: string): void {
    begun.check(address, perMinute);
    if (logins.size >= mostWaiting)
      throw new HubError('RATE_LIMITED', { what: 'sign-ins of programs that wait', seconds: 60 });
    begun.add(address);
  }

  function find(userCode: string): Login | null {
    dropOld();
    const code = spelled(userCode);
    return [...logins.values()].find((login) => login.userCode === code && login.decision === null) ?? null;
  }

  return {
    begin(program, address) {
      dropOld();
      limit(address);
      const deviceCode = randomBytes(32).toString('base64url');
      let userCode = newUserCode();
      while (find(userCode)) userCode = newUserCode();
      logins.set(deviceCode, {
        userCode,
        program: program.slice(0, 200),
        address,
        atMs: now(),
        intervalMs,
        polledAtMs: null,
        decision: null,
      });
      return { deviceCode, userCode, expiresInSeconds: waitsMs / 1000, intervalSeconds: intervalMs / 1000 };
    },
    waiting: find,
    decide(userCode, decision) {
      const login = find(userCode);
      if (login) login.decision = decision ?? 'refused';
      return login !== null;
    },
    poll(deviceCode) {
      dropOld();
      const login = logins.get(deviceCode);
      if (!login) return 'expired_token';
      const isHasty = login.polledAtMs !== null && now() < login.polledAtMs + login.intervalMs - slackMs;
      login.polledAtMs = now();
      if (isHasty) {
        login.intervalMs += intervalMs;
        return 'slow_down';
      }
      if (login.decision === null) return 'authorization_pending';
      logins.delete(deviceCode);
      return login.decision === 'refused' ? 'access_denied' : login.decision;
    },
  };
}

function newUserCode(): string {
  const code = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** As people type it: small letters, blanks, another dash or none. */
function spelled(text: string): string {
  const code = text.toUpperCase().replace(/[^A-Z]/g, '');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

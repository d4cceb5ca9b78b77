import assert from 'node:assert/strict';
import { createDeviceLogins, type DeviceLogins } from '../../../server/accounts/deviceLogins.js';

const allowed = { userId: 1, label: 'laptop', role: 'read' } as const;

describe('sign-in by a code', () => {
  let nowMs: number;
  let logins: DeviceLogins;
  beforeEach(() => {
    nowMs = 1_800_000_000_000;
    logins = createDeviceLogins(() => nowMs);
  });
  const later = (seconds: number): void => {
    nowMs += seconds * 1000;
  };

  it('gives what was allowed once, and then no more', () => {
    const { deviceCode, userCode } = logins.begin('hf', '::1');
    assert.match(userCode, /^[B-Z]{4}-[B-Z]{4}$/);
    assert.equal(logins.poll(deviceCode), 'authorization_pending');
    later(5);
    // As people type it.
    assert.ok(logins.decide(` ${userCode.toLowerCase().replace('-', ' ')}`, allowed));
    assert.deepEqual(logins.poll(deviceCode), allowed);
    assert.equal(logins.poll(deviceCode), 'expired_token');
  });

  it('is decided once', () => {
    const { deviceCode, userCode } = logins.begin('hf', '::1');
    assert.ok(logins.decide(userCode, null));
    assert.equal(logins.waiting(userCode), null);
    assert.equal(logins.decide(userCode, allowed), false);
    assert.equal(logins.poll(deviceCode), 'access_denied');
  });

  it('asks whoever polls too often to slow down, and remembers it', () => {
    const { deviceCode } = logins.begin('hf', '::1');
    assert.equal(logins.poll(deviceCode), 'authorization_pending');
    later(1);
    assert.equal(logins.poll(deviceCode), 'slow_down');
    later(5);
    assert.equal(logins.poll(deviceCode), 'slow_down');
    later(15);
    assert.equal(logins.poll(deviceCode), 'authorization_pending');
  });

  it('expires', () => {
    const { deviceCode, userCode, expiresInSeconds } = logins.begin('hf', '::1');
    later(expiresInSeconds);
    assert.equal(logins.waiting(userCode), null);
    assert.equal(logins.decide(userCode, allowed), false);
    assert.equal(logins.poll(deviceCode), 'expired_token');
  });

  it('knows no code that it did not give', () => {
    logins.begin('hf', '::1');
    assert.equal(logins.poll('x'), 'expired_token');
    for (const code of ['', '-', 'BBBB-BBBB', 'x'.repeat(10_000)]) assert.equal(logins.waiting(code), null);
  });

  it('begins seldom from one address, and not without end from all of them', () => {
    for (let i = 0; i < 20; i++) logins.begin('hf', '::1');
    assert.throws(() => logins.begin('hf', '::1'), { code: 'RATE_LIMITED' });
    for (let i = 20; i < 1000; i++) logins.begin('hf', `10.0.0.${i}`);
    assert.throws(() => logins.begin('hf', '10.1.0.1'), { code: 'RATE_LIMITED' });
    later(16 * 60);
    logins.begin('hf', '::1');
  });
});

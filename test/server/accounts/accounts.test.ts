import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SqliteDatabase } from '../../../config/database.js';
import { dataFolder } from '../../../config/dataFolder.js';
import { createAccounts } from '../../../server/accounts/createAccounts.js';
import { checkPassword, hashPassword } from '../../../server/accounts/password.js';
import type { Accounts } from '../../../server/accounts/types.js';
import { openHubDatabase } from '../../../server/database/openHubDatabase.js';

const password = 'correct horse';

describe('accounts', () => {
  let root: string;
  let db: SqliteDatabase;
  let accounts: Accounts;
  let nowMs: number;
  let ada: number;
  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'accounts-'));
    db = openHubDatabase(dataFolder(root));
    nowMs = 1_800_000_000_000;
    accounts = createAccounts({ db, secret: Buffer.alloc(32, 7), now: () => nowMs });
    ada = (await accounts.addUser({ name: 'ada', password })).id;
  });
  afterEach(() => {
    db.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('gives users and organisations one namespace without case', async () => {
    accounts.addOrganization('Acme', ada);
    for (const name of ['ADA', 'acme']) {
      await assert.rejects(accounts.addUser({ name, password }), { code: 'NAME_TAKEN' });
      assert.throws(() => accounts.addOrganization(name, ada), { code: 'NAME_TAKEN' });
    }
  });

  it('finds owners by a part of their names, those that begin with it first', async () => {
    accounts.addOrganization('Radar', ada);
    const other = await accounts.addUser({ name: 'Ada2', password, fullName: 'Ada the second' });
    await accounts.addUser({ name: 'grace', password });
    assert.deepEqual(
      accounts.findOwners('ADA', 6).map(({ name, type }) => `${name} ${type}`),
      ['ada user', 'Ada2 user', 'Radar org'],
    );
    assert.equal(accounts.findOwners('ada', 1).length, 1);
    assert.deepEqual(accounts.findOwners('%', 6), []);
    accounts.setDisabled(other.id, true);
    assert.deepEqual(accounts.findOwners('ada2', 6), []);
  });

  it('keeps no password and no token in the clear', () => {
    const { token, row } = accounts.addToken(ada, { label: 'laptop', role: 'read' });
    assert.match(token, /^hf_[A-Za-z0-9]{34,}$/);
    const stored = JSON.stringify([db.prepare('SELECT * FROM users').all(), db.prepare('SELECT * FROM tokens').all()]);
    assert.ok(!stored.includes(token) && !stored.includes(password));
    assert.equal(accounts.viewerOfToken(token)?.kind, 'user');
    assert.ok(accounts.revokeToken(row.id));
    assert.equal(accounts.viewerOfToken(token), null);
  });

  it('ends sessions and tokens of a disabled user', async () => {
    const { token } = accounts.addToken(ada, { label: '', role: 'write' });
    const cookie = accounts.openSession(ada);
    assert.equal(accounts.viewerOfSession(cookie)?.kind, 'user');
    accounts.setDisabled(ada, true);
    assert.equal(accounts.viewerOfSession(cookie), null);
    assert.equal(accounts.viewerOfToken(token), null);
    await assert.rejects(accounts.verifyPassword('ada', password, '::1'), { code: 'ACCOUNT_DISABLED' });
    assert.equal(await accounts.verifyPassword('ada', 'wrong guess', '::1'), null);
  });

  it('leaves neither the hub nor an organisation without somebody who can administer it', async () => {
    const boss = await accounts.addUser({ name: 'boss', password, isAdmin: true });
    const second = await accounts.addUser({ name: 'second', password, isAdmin: true });
    for (const { isAdmin, id } of accounts.listUsers())
      if (isAdmin && id !== boss.id && id !== second.id) accounts.setDisabled(id, true);
    accounts.addOrganization('lab', boss.id);
    accounts.setMember('lab', second.id, 'admin');
    accounts.setDisabled(second.id, true);
    assert.throws(() => accounts.setDisabled(boss.id, true), { message: /boss is the only administrator of this hub/ });
    assert.throws(() => accounts.setMember('lab', boss.id, 'write'), { message: /needs an administrator/ });
    assert.throws(() => accounts.setMember('lab', boss.id, null), { message: /needs an administrator/ });
    accounts.setDisabled(second.id, false);
    accounts.setMember('lab', boss.id, null);
    accounts.setDisabled(boss.id, true);
    assert.throws(() => accounts.setDisabled(second.id, true), { code: 'BAD_REQUEST' });
  });

  it('takes no cookie and no form token that it did not sign, of whatever characters', () => {
    const cookie = accounts.openSession(ada);
    const odd = 'é'.repeat(43);
    for (const forged of ['', '.', `${cookie}x`, `x${cookie}`, `${cookie.split('.')[0]}.${odd}`]) {
      assert.equal(accounts.viewerOfSession(forged), null, forged);
    }
    assert.ok(accounts.verifyCsrfToken('a', accounts.csrfToken('a')));
    for (const forged of ['', odd, accounts.csrfToken('b')]) assert.equal(accounts.verifyCsrfToken('a', forged), false);
    nowMs += 31 * 86_400_000;
    assert.equal(accounts.viewerOfSession(cookie), null);
  });

  it('takes an invitation once, however many come at the same time, and not after it expired', async () => {
    const code = accounts.addInvitation(ada);
    const join = (name: string, invitation: string) => accounts.addUser({ name, password, invitation });
    const both = await Promise.allSettled([join('bob', code), join('eve', code)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(join('eva', code), { code: 'FORBIDDEN' });
    assert.equal(accounts.userByName('eva'), null);
    const late = accounts.addInvitation(ada);
    nowMs += 8 * 86_400_000;
    await assert.rejects(join('late', late), { code: 'FORBIDDEN' });
  });

  it('answers guesses sent all at once no more often than guesses sent one by one', async () => {
    const guesses = Array.from({ length: 30 }, (_, index) =>
      accounts.verifyPassword('ada', `wrong guess ${index}`, '1.2.3.4'),
    );
    const answers = await Promise.allSettled(guesses);
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 10);
    await assert.rejects(accounts.verifyPassword('ada', password, '1.2.3.4'), { code: 'RATE_LIMITED' });
    assert.ok(await accounts.verifyPassword('ada', password, '5.6.7.8'));
    nowMs += 61_000;
    assert.ok(await accounts.verifyPassword('ada', password, '1.2.3.4'));
  });

  it('checks two passwords at a time, and none that is no longer worth it when its turn comes', async () => {
    const stored = await hashPassword(password);
    let begun = 0;
    const checks = Array.from({ length: 8 }, () => checkPassword(password, stored, () => begun++));
    await setImmediate();
    assert.equal(begun, 2);
    assert.ok((await Promise.all(checks)).every(Boolean));
    const tooLate = (): never => {
      throw new Error('too late');
    };
    await assert.rejects(checkPassword(password, stored, tooLate), /too late/);
  });

  it('refuses a file that a newer version wrote', () => {
    db.pragma('user_version = 999');
    assert.throws(() => openHubDatabase(dataFolder(root)), { code: 'SCHEMA_TOO_NEW' });
  });
});

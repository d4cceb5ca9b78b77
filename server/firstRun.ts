import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Services } from './services.js';

export interface FirstRun {
  readonly user: string;
  readonly token: string;
  /** To be printed once; also in `first-run.txt`. */
  readonly text: string;
}

/**
 * Makes the user `admin` and a write token, unless somebody administers this hub already: people whom the command line added
 * before the first start do not stand in the way. Null when there was nothing to do.
 */
export async function firstRun({ accounts, options, data, log }: Services, url: string): Promise<FirstRun | null> {
  if (accounts.listUsers().some((user) => user.isAdmin)) return null;
  if (accounts.ownerName('admin')) {
    log.warn('nobody administers this hub', { help: 'hubstead user add NAME --admin' });
    return null;
  }
  const password = options.admin.password ?? randomBytes(12).toString('base64url');
  const user = await accounts.addUser({ name: 'admin', password, isAdmin: true, anyPassword: true });
  const { token } = accounts.addToken(user.id, {
    label: 'first run',
    role: 'write',
    ...(options.admin.token ? { preset: options.admin.token } : {}),
  });
  const text = describe({ url, password, token, file: data.firstRunFile, demo: options.demo });
  writeFileSync(data.firstRunFile, `${text}\n`, { mode: 0o600 });
  return { user: user.name, token, text };
}

function describe(made: { url: string; password: string; token: string; file: string; demo: boolean }): string {
  const remote = made.url.replace('://', `://admin:${encodeURIComponent(made.token)}@`);
  return [
    '',
    `  user      admin`,
    `  password  ${made.password}`,
    `  token     ${made.token}`,
    '',
    `  git clone ${remote}/admin/${made.demo ? 'demo-sentiment' : 'my-model'}${made.demo ? '' : '   # once it is pushed'}`,
    `  git push ${remote}/admin/my-model main`,
    '',
    `  (kept in ${made.file})`,
    '',
  ].join('\n');
}

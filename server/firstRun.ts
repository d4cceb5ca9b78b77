import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Services } from './services.js';

export interface FirstRun {
  readonly user: string;
  readonly token: string;
  /** To be printed once; also in `first-run.txt`. */
  readonly text: string;
}

/** In an empty data folder: makes the administrator and a write token. Null when there are users already. */
export async function firstRun({ accounts, options, data }: Services, url: string): Promise<FirstRun | null> {
  if (accounts.listUsers().length > 0) return null;
  const password = options.admin.password ?? randomBytes(12).toString('base64url');
  const user = await accounts.addUser({ name: 'admin', password, isAdmin: true });
  const { token } = accounts.addToken(user.id, {
    label: 'first run',
    role: 'write',
    ...(options.admin.token ? { preset: options.admin.token } : {}),
  });
  const { protocol, host } = new URL(url);
  const remote = `${protocol}//admin:${token}@${host}`;
  const text = [
    '',
    `  user      admin`,
    `  password  ${password}`,
    `  token     ${token}`,
    '',
    `  git clone ${remote}/admin/demo-sentiment`,
    `  git push ${remote}/admin/my-model main`,
    '',
    `  (kept in ${data.firstRunFile})`,
    '',
  ].join('\n');
  writeFileSync(data.firstRunFile, `${text}\n`, { mode: 0o600 });
  return { user: user.name, token, text };
}

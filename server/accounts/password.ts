import { randomBytes, type ScryptOptions, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';

/** 16 MiB and about 50 ms a check: git sends the password with every request. */
const cost: ScryptOptions = { N: 16_384, r: 8, p: 1 };
const keyBytes = 32;
/** Checks at the same time, of the four threads that reading files needs too: many who sign in at once wait in line. */
const turn = pLimit(2);

/** `scrypt$<salt>$<key>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${(await turn(() => derive(password, salt))).toString('base64url')}`;
}

/**
 * Takes the same time for a user who does not exist (`stored` null).
 * @param begin called when its turn comes; what it throws ends the check before it costs anything
 */
export async function checkPassword(
  password: string,
  stored: string | null,
  begin: () => void = () => {},
): Promise<boolean> {
  const [, salt = '', key = ''] = (stored ?? `scrypt$${'A'.repeat(22)}$${'A'.repeat(43)}`).split('$');
  const derived = await turn(() => {
    begin();
    return derive(password, Buffer.from(salt, 'base64url'));
  });
  const wanted = Buffer.from(key, 'base64url');
  return timingSafeEqual(derived, wanted.length === keyBytes ? wanted : Buffer.alloc(keyBytes)) && stored !== null;
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scryptCallback(password.normalize('NFKC'), salt, keyBytes, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

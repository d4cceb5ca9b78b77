import { createHash } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';

export interface Profile {
  readonly fullName: string;
  readonly bio: string;
}

/** What people and organisations show of themselves. Names ignore case. */
export interface Profiles {
  /** Empty texts where there is no such account. */
  of(name: string): Profile;
  /** Cuts what is too long. */
  set(name: string, profile: Profile): void;
  /** Changes with the picture, and is part of its address; null = none was uploaded. Asked for every name of a page. */
  avatarVersion(name: string): string | null;
  /** WebP. */
  avatar(name: string): Buffer | null;
  /** @param image as server/accounts/avatarImage.ts writes it; null takes the picture away */
  setAvatar(name: string, image: Buffer | null): void;
}

export const maxFullName = 100;
export const maxBio = 500;

export function createProfiles(db: SqliteDatabase): Profiles {
  const select = db.prepare<[string, string], { full_name: string; bio: string }>(
    'SELECT full_name, bio FROM users WHERE name = ? UNION ALL SELECT full_name, bio FROM organizations WHERE name = ?',
  );
  const setUser = db.prepare('UPDATE users SET full_name = ?, bio = ? WHERE name = ?');
  const setOrganization = db.prepare('UPDATE organizations SET full_name = ?, bio = ? WHERE name = ?');
  const image = db.prepare<[string], { image: Buffer }>('SELECT image FROM avatars WHERE owner = ?');
  const put = db.prepare('INSERT OR REPLACE INTO avatars (owner, version, image) VALUES (?, ?, ?)');
  const drop = db.prepare('DELETE FROM avatars WHERE owner = ?');
  const versions = new Map(
    (db.prepare('SELECT owner, version FROM avatars').all() as { owner: string; version: string }[]).map(
      ({ owner, version }) => [owner.toLowerCase(), version],
    ),
  );
  return {
    of(name) {
      const row = select.get(name, name);
      return { fullName: row?.full_name ?? '', bio: row?.bio ?? '' };
    },
    set(name, { fullName, bio }) {
      const fields = [fullName.trim().slice(0, maxFullName), bio.trim().slice(0, maxBio), name];
      if (setUser.run(...fields).changes === 0) setOrganization.run(...fields);
    },
    avatarVersion: (name) => versions.get(name.toLowerCase()) ?? null,
    avatar: (name) => image.get(name)?.image ?? null,
    setAvatar(name, bytes) {
      if (!bytes) {
        drop.run(name);
        versions.delete(name.toLowerCase());
        return;
      }
      const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
      put.run(name, version, bytes);
      versions.set(name.toLowerCase(), version);
    },
  };
}

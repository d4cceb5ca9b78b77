import type { Services } from '../services.js';

/** What a person or an organisation is called where there is room: its name where it gives no other. */
export function shownName({ profiles }: Pick<Services, 'profiles'>, name: string): string {
  return profiles.of(name).fullName || name;
}

/** Where its picture is on this hub, for ever under this address; null where none was uploaded. */
export function avatarPath({ profiles }: Pick<Services, 'profiles'>, name: string): string | null {
  const version = profiles.avatarVersion(name);
  return version === null ? null : `/-/avatars/${encodeURIComponent(name)}?v=${version}`;
}

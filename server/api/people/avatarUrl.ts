import type { Services } from '../../services.js';

/** Where the picture of a person or an organisation is, or '' when none was uploaded: clients want a text. */
export function avatarUrl({ profiles }: Pick<Services, 'profiles'>, baseUrl: string, name: string): string {
  const version = profiles.avatarVersion(name);
  return version === null ? '' : `${baseUrl}/-/avatars/${encodeURIComponent(name)}?v=${version}`;
}

import { avatarPath } from '../../accounts/shownOwner.js';
import type { Services } from '../../services.js';

/** Where the picture of a person or an organisation is, or '' when none was uploaded: clients want a text. */
export function avatarUrl(services: Pick<Services, 'profiles'>, baseUrl: string, name: string): string {
  const path = avatarPath(services, name);
  return path === null ? '' : baseUrl + path;
}

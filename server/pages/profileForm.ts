import type { Request, Response } from 'express';
import { HubError } from '../../config/errors.js';
import type { FormErrors } from '../../views/components/form.js';
import { avatarImage } from '../accounts/avatarImage.js';
import { maxBio, maxFullName } from '../accounts/profiles.js';
import { checkFormToken } from '../csrf.js';
import type { Services } from '../services.js';
import { readUploadForm } from './uploadForm.js';

/** What the form about a person or an organisation shows. */
export function profileFieldsOf({ profiles }: Services, name: string) {
  const { fullName, bio } = profiles.of(name);
  return { name, fullName, bio, hasAvatar: profiles.avatarVersion(name) !== null, maxFullName, maxBio };
}

/** Takes that form's name, words and picture. @returns what is wrong with a field, or null when it is saved */
export async function saveProfile(
  services: Services,
  request: Request,
  response: Response,
  name: string,
): Promise<FormErrors | null> {
  const { fields, file } = await readUploadForm(request, response);
  checkFormToken(services, request, fields);
  try {
    if (file) services.profiles.setAvatar(name, await avatarImage(file));
    else if (fields.removeAvatar === '1') services.profiles.setAvatar(name, null);
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return { avatar: `${error.message}.` };
  }
  services.profiles.set(name, { fullName: fields.fullName ?? '', bio: fields.bio ?? '' });
  return null;
}

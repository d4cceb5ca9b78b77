import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import type { Services } from '../services.js';
import { decodeSegment, queryOf } from './respond.js';

/** `GET /-/avatars/{name}?v={version}`: the uploaded picture, for ever under the address of its version. */
export function avatarImagePage({ profiles, options }: Services): RequestHandler {
  return (request, response) => {
    const name = decodeSegment(request.params.name as string);
    const image = profiles.avatar(name);
    if (!image) throw new HubError('PAGE_NOT_FOUND');
    const isVersioned = queryOf(request).get('v') === profiles.avatarVersion(name);
    const scope = options.anonymousRead ? 'public' : 'private';
    response.set({
      'Cache-Control': isVersioned ? `${scope}, max-age=31536000, immutable` : 'no-cache',
      'Content-Security-Policy': "default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    response.type('image/webp').send(image);
  };
}

import type { RequestHandler } from 'express';

const text = `User-agent: *
Disallow: /api/
Disallow: /settings/
Disallow: /-/
Disallow: /*/resolve/
Disallow: /*/raw/
`;

/** `/robots.txt`: pages may be read by crawlers, files and settings not. */
export function robots(): RequestHandler {
  return (_request, response) => {
    response.type('text/plain').set('Cache-Control', 'public, max-age=3600').send(text);
  };
}

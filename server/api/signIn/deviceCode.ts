import type { Response } from 'express';
import { z } from 'zod';
import type { Polled } from '../../accounts/deviceLogins.js';
import { operation } from '../frame/operation.js';

/*
 * Sign-in of programs by a code that somebody confirms in a browser (OAuth 2.0 Device Authorization Grant, RFC 8628). Any client
 * id is taken: who is signed in is decided on the page, and by nothing that a program says of itself.
 */

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export const beginDeviceLogin = operation({
  id: 'beginDeviceLogin',
  method: 'POST',
  path: '/oauth/device',
  summary: 'Begins the sign-in of a program: gives the code that its user confirms in a browser',
  access: 'anyone',
  body: { schema: z.object({ client_id: z.string().max(500).optional() }), orForm: true },
  answer: z.strictObject({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int(),
    interval: z.int(),
  }),
  handle({ deviceLogins }, { request, response }) {
    const program = request.get('User-Agent') ?? '';
    const begun = deviceLogins.begin(program, request.clientAddress);
    const page = `${request.baseUrlOfHub}/login/device`;
    response.set('Cache-Control', 'no-store');
    return {
      device_code: begun.deviceCode,
      user_code: begun.userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?code=${begun.userCode}`,
      expires_in: begun.expiresInSeconds,
      interval: begun.intervalSeconds,
    };
  },
});

export const deviceToken = operation({
  id: 'getDeviceToken',
  method: 'POST',
  path: '/oauth/token',
  summary: 'Gives the token of a sign-in that was confirmed, once',
  about:
    `Takes \`grant_type=${deviceGrant}\` and \`device_code\`. Until it is confirmed, and where it never will be, the answer is ` +
    '400 with `error`: `authorization_pending`, `slow_down`, `access_denied` or `expired_token`.',
  access: 'anyone',
  body: {
    schema: z.object({
      grant_type: z.string().max(200).optional(),
      device_code: z.string().max(200).optional(),
      client_id: z.string().max(500).optional(),
    }),
    orForm: true,
  },
  answer: z.strictObject({ access_token: z.string(), token_type: z.literal('bearer') }),
  handle({ accounts, deviceLogins }, { body, response }) {
    response.set('Cache-Control', 'no-store');
    if (body.grant_type === 'refresh_token')
      return refuse(response, 'invalid_grant', 'Tokens of this hub do not expire');
    if (body.grant_type !== deviceGrant || body.device_code === undefined)
      return refuse(response, 'unsupported_grant_type', `Only ${deviceGrant}, with a device_code, is taken here`);
    const polled = deviceLogins.poll(body.device_code);
    if (typeof polled === 'string') return refuse(response, polled, words[polled]);
    // Since the sign-in was confirmed, the account may have been closed.
    if (accounts.userById(polled.userId)?.disabled !== false)
      return refuse(response, 'access_denied', words.access_denied);
    const { token } = accounts.addToken(polled.userId, { label: polled.label, role: polled.role });
    return { access_token: token, token_type: 'bearer' as const };
  },
});

const words: Readonly<Record<Extract<Polled, string>, string>> = {
  authorization_pending: 'The code is not confirmed yet',
  slow_down: 'Ask less often: 5 seconds were added to the interval',
  access_denied: 'The sign-in was refused',
  expired_token: 'The code has expired, was used, or was never given',
};

function refuse(response: Response, error: string, text: string): undefined {
  response.status(400).set('X-Error-Message', text).json({ error, error_description: text });
}

import type { Request, Response } from 'express';
import { sessionCookie } from '../authenticate.js';
import { isSecure } from '../csrf.js';
import type { Services } from '../services.js';

const thirtyDaysMs = 30 * 24 * 3600 * 1000;

/** Signs this browser in. */
export function startSession(services: Services, request: Request, response: Response, userId: number): void {
  response.cookie(sessionCookie, services.accounts.openSession(userId), {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(request),
    path: '/',
    maxAge: thirtyDaysMs,
  });
}

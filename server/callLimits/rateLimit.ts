import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { HubError } from '../../config/errors.js';
import { isLoopback } from '../loopback.js';
import type { Services } from '../services.js';
import { callerOf } from './caller.js';

const windowMs = 60_000;

/**
 * Counts the calls of models by token, user or address, and refuses those above the limit; every answer says in
 * `RateLimit` and `RateLimit-Policy` what is left (IETF draft "RateLimit header fields", version 8).
 */
export function limitCalls(services: Pick<Services, 'options' | 'callLimits'>): RequestHandler {
  const { options, callLimits } = services;
  const caller = (request: Request) => callerOf(request.viewer, addressKey(request), options, callLimits);
  return rateLimit({
    windowMs,
    limit: (request) => caller(request).perMinute,
    keyGenerator: (request) => caller(request).key,
    skip: (request) => isExempt(request, options.inference.limitLoopback) || caller(request).perMinute === 0,
    standardHeaders: 'draft-8',
    identifier: 'calls',
    legacyHeaders: false,
    validate: false,
    handler: (request, _, next) => {
      const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
      const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? Date.now() + windowMs) - Date.now()) / 1000));
      const contact = options.contact ?? 'the administrator of this hub';
      next(new HubError('TOO_MANY_CALLS', { perMinute: caller(request).perMinute, seconds, contact }));
    },
  });
}

/** Networks of IPv6 count as one address. */
function addressKey({ clientAddress }: Request): string {
  return isIP(clientAddress) === 6 ? ipKeyGenerator(clientAddress) : clientAddress;
}

function isExempt({ clientAddress }: Request, limitLoopback: boolean): boolean {
  return !limitLoopback && isLoopback(clientAddress);
}

import type { Request, RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { isLoopback } from '../loopback.js';
import type { Services } from '../services.js';
import { prometheusText } from './prometheusText.js';

/** `GET /-/metrics`: numbers for Prometheus, for this machine and for administrators; to others it does not exist. */
export function metricsDoor({ inference }: Services): RequestHandler {
  return (request, response) => {
    if (!mayRead(request)) throw new HubError('PAGE_NOT_FOUND');
    const hub = { uptimeSeconds: process.uptime(), residentBytes: process.memoryUsage.rss() };
    response.set('Cache-Control', 'no-store').type('text/plain; version=0.0.4; charset=utf-8');
    response.send(prometheusText(inference.stats(), hub));
  };
}

function mayRead({ viewer, clientAddress }: Request): boolean {
  return isLoopback(clientAddress) || (viewer.kind === 'user' && viewer.user.isAdmin && !viewer.scopes);
}

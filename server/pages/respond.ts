import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { ComponentChildren, VNode } from 'preact';
import { HubError } from '../../config/errors.js';
import { projectRoot } from '../../config/projectRoot.js';
import { type Chrome, InChrome } from '../../views/chrome.js';
import type { FormErrors } from '../../views/components/form.js';
import { renderFragment, renderPage } from '../../views/render.js';
import { avatarPath } from '../accounts/shownOwner.js';
import { csrfFieldOf } from '../csrf.js';
import type { Services } from '../services.js';
import { assets } from './assets.js';
import { preferencesOf } from './preferences.js';

const gzipAsync = promisify(gzip);
const zippedPages = new LRUCache<string, Buffer>({ maxSize: 8_388_608, sizeCalculation: (page) => page.length });
const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };

/** What the frame of a page needs to know about this request. */
export function chromeOf(services: Services, request: Request, response: Response): Chrome {
  const { viewer } = request;
  const { theme, wrapCode } = preferencesOf(request);
  let csrf: string | undefined;
  return {
    viewer:
      viewer.kind === 'user'
        ? { name: viewer.user.name, fullName: viewer.user.fullName, isAdmin: viewer.user.isAdmin }
        : null,
    url: request.originalUrl,
    baseUrl: request.baseUrlOfHub,
    theme,
    wrapCode,
    avatarOf: (name) => avatarPath(services, name),
    registrationOpen: services.registration.isOpen(),
    assets: assets().urls,
    version,
    contact: services.options.contact,
    requestId: request.requestId,
    csrf: () => {
      csrf ??= csrfFieldOf(services, request, response);
      return csrf;
    },
  };
}

export interface PageOptions {
  readonly status?: number;
  /** The page holds formulas: KaTeX's markup needs inline style attributes. */
  readonly math?: boolean;
  /** A card of the page holds frames of hosts that the options name. */
  readonly frames?: boolean;
  /** The page shows a secret: nothing may keep it. */
  readonly secret?: boolean;
}

/** Renders and sends a page with the headers every page has; conditional GETs get 304. HEAD is answered by Express. */
export async function sendPage(
  services: Services,
  request: Request,
  response: Response,
  page: VNode,
  options: PageOptions = {},
): Promise<void> {
  // Rendering first: a form in the page may set a cookie.
  const html = renderPage(page);
  await sendHtml(services, request, response, html, options);
}

/** A piece of a page as HTML. A form in it may set a cookie: render it before anything is sent. */
export function pieceOf(services: Services, request: Request, response: Response, piece: ComponentChildren): string {
  return renderFragment(InChrome({ value: chromeOf(services, request, response), children: piece }));
}

/** The pieces that scripts ask for, by the names that they have in `X-Fragment`. */
type Piece = 'file' | 'header' | 'index-state' | 'last-commits' | 'metadata' | 'name' | 'results' | 'use' | 'widget';

/** Whether a script wants this piece of the page and no more. */
export function wantsPiece(request: Request, piece: Piece): boolean {
  return request.get('X-Fragment') === piece;
}

/** Like sendPage, for a piece of a page that a script swaps in (`X-Fragment`). */
export async function sendFragment(
  services: Services,
  request: Request,
  response: Response,
  piece: ComponentChildren,
  options: Pick<PageOptions, 'status'> = {},
): Promise<void> {
  await sendHtml(services, request, response, pieceOf(services, request, response, piece), options);
}

async function sendHtml(
  services: Services,
  request: Request,
  response: Response,
  html: string,
  options: PageOptions,
): Promise<void> {
  response.status(options.status ?? 200);
  setPageHeaders(services, response, options);
  response.set('Cache-Control', options.secret ? 'no-store' : 'private, no-cache');
  response.vary('Accept-Encoding').vary('Cookie').vary('X-Fragment');
  response.type('html');
  // Pages of people who are signed in hold forms with a fresh token each.
  const digest = request.viewer.kind === 'anonymous' ? digestOf(html) : null;
  if (digest) response.set('ETag', `W/"${digest}"`);
  if (request.fresh || request.acceptsEncodings('gzip') !== 'gzip' || html.length < 1000) {
    response.send(html);
    return;
  }
  response.set('Content-Encoding', 'gzip').send(await zippedPage(html, digest));
}

/** Pages of strangers are the same for all of them: zipping one takes as long as making it. */
async function zippedPage(html: string, digest: string | null): Promise<Buffer> {
  const kept = digest ? zippedPages.get(digest) : undefined;
  if (kept) return kept;
  const zipped = await gzipAsync(html, { level: 5 });
  if (digest) zippedPages.set(digest, zipped);
  return zipped;
}

function digestOf(html: string): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 22);
}

/** Headers of every HTML answer of the hub. */
export function setPageHeaders(
  services: Pick<Services, 'options'>,
  response: Response,
  { math = false, frames = false }: Pick<PageOptions, 'math' | 'frames'> = {},
): void {
  response.set({
    'Content-Security-Policy': contentSecurityPolicy({
      math,
      externalImages: services.options.externalImages,
      frames: frames ? services.options.card.embedHosts : [],
    }),
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'microphone=(self), camera=(self)',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
}

interface PolicyParts {
  readonly math: boolean;
  readonly externalImages: boolean;
  readonly frames: readonly string[];
}

function contentSecurityPolicy({ math, externalImages, frames }: PolicyParts): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ...(math ? ["style-src-attr 'unsafe-inline'"] : []),
    `img-src 'self' data: blob:${externalImages ? ' https:' : ''}`,
    "media-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    ...(frames.length > 0 ? [`frame-src ${frames.join(' ')}`] : []),
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Of a page that shows a form: 400 where it says what is wrong with what was sent. */
export function formStatus(errors: FormErrors): 200 | 400 {
  return Object.keys(errors).length > 0 ? 400 : 200;
}

/** Decodes one raw path segment. @throws HubError BAD_REQUEST for broken escapes, NUL, backslash, slash-free traversal */
export function decodeSegment(raw: string): string {
  let text: string;
  try {
    text = decodeURIComponent(raw);
  } catch {
    throw new HubError('BAD_REQUEST', { reason: `"${raw}" is not a well-formed part of an address` });
  }
  if (text === '' || /[\u0000\\]/.test(text) || text.split('/').some((part) => part === '..' || part === '.')) {
    throw new HubError('BAD_REQUEST', {
      reason: 'The address has a part that is empty, "..", or holds a NUL or backslash',
    });
  }
  return text;
}

const lastTablePage = 100_000;

/** The page of a long table that `?p=` asks for, from 0; what is no number is the first. */
export function tablePage(query: URLSearchParams): number {
  return Math.min(Number(/^\d+$/.exec(query.get('p') ?? '')?.[0] ?? 0), lastTablePage);
}

/** Query of the request, unparsed by Express. */
export function queryOf(request: Request): URLSearchParams {
  const mark = request.originalUrl.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : request.originalUrl.slice(mark + 1));
}

/** Path of the request as it came, without query. */
export function rawPath(request: Request): string {
  const mark = request.originalUrl.indexOf('?');
  return mark < 0 ? request.originalUrl : request.originalUrl.slice(0, mark);
}

/** The same address without the slash at its end. */
export function withoutSlash(): RequestHandler {
  return (request, response) => {
    const path = rawPath(request);
    response.redirect(308, path.replace(/\/+$/, '') + request.originalUrl.slice(path.length));
  };
}

import type { ErrorRequestHandler, Request, Response } from 'express';
import { type HubError, toHubError } from '../../config/errors.js';
import { ErrorPage, type ErrorView } from '../../views/pages/error.js';
import { setErrorHeaders } from '../errorHeaders.js';
import type { Services } from '../services.js';

import { assets } from './assets.js';
import { isBytesAddress } from './bytesAddress.js';
import { type Nearby, nearbyOf } from './nearby.js';
import { chromeOf, sendPage, setPageHeaders } from './respond.js';

/** Answers every failure with a page: the same layout, the Hub's machine-readable headers, the request id. */
export function pageErrors(services: Services): ErrorRequestHandler {
  return async (thrown, request, response, next) => {
    if (response.headersSent) {
      // Half an answer went out: Express cuts the connection, so that nobody takes it for the whole.
      next(thrown);
      return;
    }
    // Programs are answered as the API answers them: a repository that is missing is 401 to a stranger, who may only lack a token.
    if (isBytesAddress(request.path) && request.accepts(['json', 'html']) === 'json') {
      next(thrown);
      return;
    }
    const error = toHubError(thrown);
    if (error.status >= 500) logFailure(services, request, error, thrown);
    if (error.code === 'CREDENTIALS_NEEDED' && mayRedirect(request)) {
      response.redirect(303, loginHref(request));
      return;
    }
    setErrorHeaders(response, error);
    if (error.code === 'INTERNAL') {
      sendStaticPage(services, request, response);
      return;
    }
    try {
      const chrome = chromeOf(services, request, response);
      const nearby = await nearbyOf(services, request, error);
      const view = viewOf(error, request, nearby, services.options.contact);
      await sendPage(services, request, response, <ErrorPage chrome={chrome} view={view} />, { status: error.status });
    } catch (second) {
      logFailure(services, request, error, second);
      if (!response.headersSent) sendStaticPage(services, request, response);
    }
  };
}

function logFailure({ log }: Services, request: Request, error: HubError, thrown: unknown): void {
  log.error('request failed', {
    request: request.requestId,
    method: request.method,
    path: request.path,
    code: error.code,
    error: thrown,
  });
}

function mayRedirect(request: Request): boolean {
  return request.viewer.kind === 'anonymous' && request.headers.authorization === undefined;
}

function loginHref(request: Request): string {
  const back = request.method === 'GET' || request.method === 'HEAD' ? request.originalUrl : '/';
  return `/login?next=${encodeURIComponent(back)}`;
}

type Text = Pick<ErrorView, 'title'> & { readonly message?: string };

const titles: Readonly<Record<number, Text>> = {
  400: { title: 'This request cannot be read' },
  401: { title: 'Please sign in' },
  403: { title: 'You may not do this' },
  404: {
    title: 'Nothing here',
    message: 'This address leads to no page of this hub. It may be mistyped, renamed, deleted, or private.',
  },
  405: { title: 'Not this way' },
  409: { title: 'Already there' },
  413: { title: 'Too large' },
  416: { title: 'No such part of the file' },
  429: { title: 'Too many requests' },
  503: { title: 'Busy right now' },
  504: { title: 'No answer in time' },
  507: { title: 'The disk is nearly full' },
};

/** Where the code says more than the status. */
const titlesByCode: Readonly<Record<string, Text>> = {
  REPO_DISABLED: { title: 'Taken down' },
  GATED: { title: 'Access on request' },
  GATED_SIGN_IN: { title: 'Access on request' },
  REVISION_NOT_FOUND: { title: 'No such revision' },
  ENTRY_NOT_FOUND: { title: 'No such file' },
  DISCUSSION_NOT_FOUND: { title: 'No such discussion' },
};

/** Where only the people who run the hub can help. */
const contactCodes = new Set(['REPO_DISABLED', 'ACCOUNT_DISABLED']);

const home = { text: 'Home', href: '/' };

function viewOf(error: HubError, request: Request, nearby: Nearby, contact: string | null): ErrorView {
  const { title, message } = titlesByCode[error.code] ?? titles[error.status] ?? { title: 'Something went wrong' };
  const unknownPage = error.code === 'PAGE_NOT_FOUND' || error.code === 'REPO_NOT_FOUND';
  const anonymous = request.viewer.kind === 'anonymous';
  return {
    ...nearby,
    status: error.status,
    title,
    message: unknownPage ? message! : sentence(inWords(error)),
    hint:
      unknownPage && anonymous ? 'If it is private, signing in shows it.' : error.hint ? sentence(error.hint) : null,
    contact: contactCodes.has(error.code) ? contact : null,
    search: unknownPage ? searchFor(request) : null,
    actions: [
      ...nearby.actions,
      ...(anonymous && (unknownPage || error.status === 401 || error.code === 'FORBIDDEN')
        ? [{ text: 'Log in', href: loginHref(request) }]
        : []),
      ...(error.status === 503 || error.status === 429 ? [{ text: 'Try again', href: request.originalUrl }] : []),
      home,
    ],
  };
}

/** The Hub's clients need its own words; a reader is told what they mean. */
function inWords({ code, hubCode, message, details }: HubError): string {
  if (code === 'REVISION_NOT_FOUND') return `There is no branch, tag or commit “${details.revision}”`;
  if (code === 'ENTRY_NOT_FOUND') return `There is no file or folder “${details.path}” at this revision`;
  if (hubCode === 'GatedRepo') return `The files of ${details.repo} are for those whom its owners let in`;
  return message;
}

function sentence(text: string): string {
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}

/** The last words of the path, as somebody may have meant them. */
function searchFor(request: Request): string {
  try {
    return decodeURIComponent(request.path).split('/').filter(Boolean).slice(0, 2).join('/').slice(0, 100);
  } catch {
    return '';
  }
}

/** Needs no template, no database, nothing that may be what failed. */
function sendStaticPage(services: Services, request: Request, response: Response): void {
  setPageHeaders(services, response);
  response
    .status(500)
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(
      `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Something went wrong · Hubstead</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${styleLink()}</head>
<body><header class="site-header"><div class="container site-header-row"><a class="wordmark" href="/">Hubstead</a></div></header>
<main class="main container container-narrow"><div class="error-page"><p class="error-code mono">500</p>
<h1>Something went wrong</h1><p>The fault is on this side and was noted. Trying again may help.</p>
<p class="button-row">${request.method === 'GET' ? '<a class="button button-primary" href="">Try again</a> ' : ''}<a class="button" href="/">Home</a></p>
<p class="error-request small quiet">Request <span class="mono">${request.requestId ?? ''}</span></p></div></main></body></html>
`,
    );
}

function styleLink(): string {
  try {
    return `<link rel="stylesheet" href="${assets().urls.css}">`;
  } catch {
    return '';
  }
}

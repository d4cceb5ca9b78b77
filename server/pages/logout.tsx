import type { RequestHandler } from 'express';
import { LogoutPage } from '../../views/pages/logout.js';
import { cookiesOf, sessionCookie } from '../authenticate.js';
import { readForm } from '../csrf.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

/** `GET /logout`: a button, since a link must not sign anybody out. */
export function logoutPage(services: Services): RequestHandler {
  return async (request, response) => {
    await sendPage(services, request, response, <LogoutPage chrome={chromeOf(services, request, response)} />);
  };
}

/** `POST /logout` */
export function logout(services: Services): RequestHandler {
  return async (request, response) => {
    await readForm(services, request, response);
    const cookie = cookiesOf(request)[sessionCookie];
    if (cookie !== undefined) services.accounts.closeSession(cookie);
    response.clearCookie(sessionCookie, { path: '/' });
    response.redirect(303, '/');
  };
}

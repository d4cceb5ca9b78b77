import type { RequestHandler } from 'express';
import { ForgotPasswordPage } from '../../views/pages/forgotPassword.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

/** `GET /forgot-password`: the hub sends no mail, so it says who helps and how. */
export function forgotPasswordPage(services: Services): RequestHandler {
  return async (request, response) => {
    const chrome = chromeOf(services, request, response);
    await sendPage(services, request, response, <ForgotPasswordPage chrome={chrome} />);
  };
}

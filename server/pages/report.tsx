import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { repoPath } from '../../config/repo.js';
import type { FormErrors } from '../../views/components/form.js';
import { ReportPage, type ReportView } from '../../views/pages/report.js';
import type { RepoRow } from '../accounts/types.js';
import { maxReportText, reportReasons } from '../administration/reports.js';
import { type Form, readForm } from '../csrf.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { headOf } from './model.js';
import { once } from './once.js';
import { chromeOf, formStatus, queryOf, sendPage } from './respond.js';
import { userOf } from './signedIn.js';

/** `GET /{owner}/{name}/report`: a word to the administrators, for people who are signed in. */
export function reportPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (row) await show(services, request, response, row, {}, {});
  };
}

/** `POST /{owner}/{name}/report` */
export function sendReport(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const { id } = userOf(request);
    const form = await readForm(services, request, response);
    const errors = await once(
      request,
      form,
      () => add(services, row, id, form),
      (found) => found === null,
    );
    if (errors) await show(services, request, response, row, form, errors);
    else response.redirect(303, `${repoPath(row.ref)}/report?sent=1`);
  };
}

function add({ reports }: Services, row: RepoRow, userId: number, form: Form): FormErrors | null {
  const reason = reportReasons.find((known) => known === form.reason);
  const text = (form.text ?? '').trim();
  if (!reason) return { reason: 'Choose a reason.' };
  if (text === '') return { text: 'Say in a few words what is wrong.' };
  try {
    reports.add({ repoId: row.id, userId, reason, text });
    return null;
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'RATE_LIMITED') throw error;
    return { form: 'You have many open reports. Please wait until the administrators have read them.' };
  }
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  userOf(request);
  const view: ReportView = {
    head: await headOf(services, request, row),
    sent: queryOf(request).has('sent'),
    values: { reason: form.reason ?? 'ethical', text: form.text ?? '' },
    maxText: maxReportText,
    errors,
  };
  const page = <ReportPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

import type { Request, RequestHandler, Response } from 'express';
import { repoPath } from '../../../config/repo.js';
import type { FormErrors } from '../../../views/components/form.js';
import { NewDiscussionPage, type NewDiscussionView } from '../../../views/pages/discussions/newDiscussion.js';
import type { RepoRow } from '../../accounts/types.js';
import { type Form, readForm } from '../../csrf.js';
import { openDiscussion, openPullRequest } from '../../discussions/discuss.js';
import { maxCommentCharacters, maxTitleCharacters } from '../../discussions/limits.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { once } from '../once.js';
import { chromeOf, formStatus, queryOf, sendPage } from '../respond.js';
import { userOf } from '../signedIn.js';
import { formError } from './formError.js';

/** `…/discussions/new` */
export function newDiscussionPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    userOf(request);
    await show(services, request, response, row, { type: queryOf(request).get('type') ?? '' }, {});
  };
}

export function beginDiscussion(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    userOf(request);
    const form = await readForm(services, request, response);
    const wanted = { title: form.title ?? '', description: form.text ?? '' };
    try {
      const { num } = await once(request, form, () =>
        form.type === 'pull_request'
          ? openPullRequest(services, request.viewer, row, wanted)
          : openDiscussion(services, request.viewer, row, wanted),
      );
      response.redirect(303, `${repoPath(row.ref)}/discussions/${num}`);
    } catch (error) {
      await show(services, request, response, row, form, formError(error));
    }
  };
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  form: Form,
  errors: FormErrors,
): Promise<void> {
  const view: NewDiscussionView = {
    head: await headOf(services, request, row),
    values: {
      type: form.type === 'pull_request' ? 'pull_request' : 'discussion',
      title: form.title ?? '',
      text: form.text ?? '',
    },
    maxTitle: maxTitleCharacters,
    maxText: maxCommentCharacters,
    errors,
  };
  const page = <NewDiscussionPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status: formStatus(errors) });
}

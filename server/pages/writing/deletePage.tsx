import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { TreeEntry } from '../../../indexer/repository/types.js';
import { DeletePage, type DeleteView } from '../../../views/pages/writing/delete.js';
import { type Form, readForm } from '../../csrf.js';
import type { Services } from '../../services.js';
import { address, crumbsOf } from '../files/place.js';
import { headOf } from '../model.js';
import { chromeOf, sendPage } from '../respond.js';
import { commitWords, makeCommit } from './makeCommit.js';
import { type WritingPlace, writingPlace } from './writingPlace.js';

/** `/delete/{branch}/{path}`: asks; a file or a folder with all below it. */
export function deleteFilePage(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (place) await show(services, request, response, place, await entryOf(place), {});
  };
}

export function deleteFile(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (!place) return;
    const form = await readForm(services, request, response);
    const entry = await entryOf(place);
    if (!(await isAsSeen(place, form.base ?? '', entry))) {
      await show(services, request, response, place, entry, form, { status: 409, moved: true });
      return;
    }
    const words = commitWords(form, place, `Delete ${place.path}`);
    const kind = entry.type === 'directory' ? 'deleteFolder' : 'delete';
    try {
      const outcome = await makeCommit(services, request, place, words, [{ kind, path: place.path }]);
      if (outcome.state !== 'refused') {
        response.redirect(303, await afterwards(place, words.branch));
        return;
      }
      await show(services, request, response, place, entry, form, { status: 400, findings: outcome.findings });
    } catch (error) {
      if (!(error instanceof HubError) || error.code === 'INTERNAL') throw error;
      const field = error.code === 'NAME_TAKEN' || error.code === 'NAME_INVALID' ? 'branch' : 'form';
      await show(services, request, response, place, entry, form, {
        status: error.status,
        errors: { [field]: `${error.message}.` },
      });
    }
  };
}

async function entryOf({ repository, head, path }: WritingPlace): Promise<TreeEntry> {
  const entry = head && path ? await repository.entry(head, path) : null;
  if (!entry) throw new HubError('ENTRY_NOT_FOUND', { path });
  return entry;
}

/** Whether it is what the page showed: other files may have changed meanwhile. */
async function isAsSeen({ repository, path }: WritingPlace, base: string, entry: TreeEntry): Promise<boolean> {
  const commit = /^[0-9a-f]{40}$/.test(base) ? await repository.resolve(base) : null;
  return commit !== null && (await repository.entry(commit, path))?.oid === entry.oid;
}

/** The nearest folder that is still there. */
async function afterwards({ row, repository, path }: WritingPlace, branch: string): Promise<string> {
  const commit = await repository.resolve(`refs/heads/${branch}`);
  const parts = path.split('/').slice(0, -1);
  while (commit && parts.length > 0 && !(await repository.entry(commit, parts.join('/')))) parts.pop();
  return commit ? address(row, 'tree', branch, parts.join('/')) : repoPath(row.ref);
}

interface Refusal extends Partial<Pick<DeleteView, 'errors' | 'findings' | 'moved'>> {
  readonly status?: number;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  place: WritingPlace,
  entry: TreeEntry,
  form: Form,
  { status = 200, ...rest }: Refusal = {},
): Promise<void> {
  const { row, repository, branch, head, path } = place;
  const door = entry.type === 'directory' ? 'tree' : 'blob';
  const view: DeleteView = {
    head: await headOf(services, request, row),
    crumbs: crumbsOf({ row, revision: branch, path }, door),
    path,
    what:
      entry.type === 'directory'
        ? { kind: 'folder', files: (await repository.tree(head!, path, { recursive: true })).length }
        : { kind: 'file', sizeBytes: entry.sizeBytes },
    action: address(row, 'delete', branch, path),
    cancel: address(row, door, branch, path),
    base: head!,
    commit: {
      branch,
      title: form.title ?? '',
      description: (form.description ?? '').replace(/\r\n?/g, '\n'),
      suggested: `Delete ${path}`,
      targetBranch: form.branch ?? branch,
    },
    errors: {},
    findings: [],
    moved: false,
    ...rest,
  };
  await sendPage(
    services,
    request,
    response,
    <DeletePage chrome={chromeOf(services, request, response)} view={view} />,
    {
      status,
    },
  );
}

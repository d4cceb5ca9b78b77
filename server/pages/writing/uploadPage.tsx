import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { lfsRule } from '../../../hooks/lfsAttributes.js';
import type { TreeEntry } from '../../../indexer/repository/types.js';
import { plural } from '../../../views/format.js';
import { UploadPage, type UploadView } from '../../../views/pages/writing/upload.js';
import { attributesOf } from '../../commits/attributes.js';
import type { Change } from '../../commits/types.js';
import { checkFormToken, type Form } from '../../csrf.js';
import type { StoredObject } from '../../lfs/objectStore.js';
import type { Services } from '../../services.js';
import { address, crumbsOf } from '../files/place.js';
import { headOf } from '../model.js';
import { once } from '../once.js';
import { chromeOf, queryOf, sendPage } from '../respond.js';
import { commitWords, makeCommit } from './makeCommit.js';
import { type ReceivedFile, receiveFile, receiveForm, tellStored } from './uploadDoor.js';
import { type WritingPlace, writingPlace } from './writingPlace.js';

/** Files that go into git are held in memory while the commit is made. */
const maxInGitBytes = 128 * 1_048_576;
const maxNamed = 2000;

/** A file that is here already, and where it is to be. */
type NamedFile = StoredObject & { readonly path: string };

/** `/upload/{branch}[/{folder}]`: files of one's own machine. */
export function uploadPage(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (place) await show(services, request, response, place, { form: {}, stored: [] });
  };
}

/** A form; from the script of the page the bytes of one file, or whether one is here already (`?holds=`). */
export function upload(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (!place) return;
    const asked = queryOf(request);
    if (asked.has('holds')) return tellStored(services, asked, response, place);
    if (request.is('application/octet-stream')) return receiveFile(services, request, response, place);
    if (!request.is('multipart/form-data')) throw new HubError('UNSUPPORTED_MEDIA', { wanted: 'multipart/form-data' });
    const { fields, files, failure } = await receiveForm(services, request, place, (form) =>
      checkFormToken(services, request, form),
    );
    if (failure?.code === 'INTERNAL') throw failure;
    const stored = [...storedBefore(fields), ...files.map((file) => inFolder(file, fields.folder ?? place.path))];
    const again = (status: number, rest: Partial<UploadView>): Promise<void> =>
      show(services, request, response, place, { form: fields, stored, ...rest }, status);
    if (failure) return again(failure.status, { errors: { form: `${failure.message}.` } });
    if (stored.length === 0) return again(400, { errors: { files: 'Choose at least one file.' } });
    try {
      const words = commitWords(fields, place, suggestedTitle(stored));
      const outcome = await once(
        request,
        { ...fields, files: JSON.stringify(stored) },
        async () => makeCommit(services, request, place, words, await changesOf(services, place, stored)),
        ({ state }) => state === 'made',
      );
      if (outcome.state === 'refused') return again(400, { findings: outcome.findings });
      const at = place.head === null ? '' : (fields.folder ?? place.path);
      response.redirect(303, address(place.row, 'tree', words.branch, await nearestFolder(place, words.branch, at)));
    } catch (error) {
      if (!(error instanceof HubError) || error.code === 'INTERNAL') throw error;
      const field = error.code === 'NAME_TAKEN' || error.code === 'NAME_INVALID' ? 'branch' : 'form';
      await again(error.status, { errors: { [field]: `${error.message}.` } });
    }
  };
}

function suggestedTitle(files: readonly NamedFile[]): string {
  return files.length === 1 ? `Upload ${files[0]!.path}` : `Upload ${plural(files.length, 'file')}`;
}

function inFolder({ name, oid, sizeBytes }: ReceivedFile, folder: string): NamedFile {
  return { path: [...folder.split('/'), name].filter(Boolean).join('/'), oid, sizeBytes };
}

/** Fields `stored.N` = `oid size` and `path.N` of files that came before; one without a path is left out. */
function storedBefore(form: Form): readonly NamedFile[] {
  return Object.entries(form).flatMap(([name, value]) => {
    const [, index] = /^stored\.(\d+)$/.exec(name) ?? [];
    const [, oid, size] = /^([0-9a-f]{64}) (\d{1,15})$/.exec(value) ?? [];
    const path = form[`path.${index}`]?.trim();
    return oid && path ? [{ path, oid, sizeBytes: Number(size) }] : [];
  });
}

/**
 * Large files, and those that the attributes mark, stay where they are; the commit names them. The others go into git.
 * @throws HubError BAD_REQUEST for what this repository was not given, TOO_LARGE
 */
async function changesOf(
  services: Services,
  { row, repository, head }: WritingPlace,
  files: readonly NamedFile[],
): Promise<readonly Change[]> {
  const there = head ? await repository.tree(head, '', { recursive: true }) : [];
  const isLfs = lfsRule(await attributesOf(repository, there));
  const { maxBlobBytes } = services.options.git;
  const changes: Change[] = [];
  let inGitBytes = 0;
  for (const { path, oid, sizeBytes } of files) {
    if (!(await services.uploads.holds(row, { oid, sizeBytes })))
      throw new HubError('BAD_REQUEST', { reason: `${path} is no longer here: upload it again` });
    const isPointer = sizeBytes > maxBlobBytes || (sizeBytes > 0 && isLfs(path));
    if (!isPointer) inGitBytes += sizeBytes;
    if (inGitBytes > maxInGitBytes)
      throw new HubError('TOO_LARGE', { what: 'All that goes into git, together,', limitBytes: maxInGitBytes });
    changes.push({ kind: 'put', path, content: isPointer ? { oid, sizeBytes } : await services.uploads.content(oid) });
  }
  return changes;
}

async function nearestFolder({ repository }: WritingPlace, branch: string, folder: string): Promise<string> {
  const commit = await repository.resolve(`refs/heads/${branch}`);
  const parts = folder.split('/').filter(Boolean);
  while (parts.length > 0 && !(commit && (await repository.entry(commit, parts.join('/'))))) parts.pop();
  return parts.join('/');
}

interface Shown extends Partial<Pick<UploadView, 'errors' | 'findings'>> {
  readonly form: Form;
  readonly stored: readonly NamedFile[];
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  place: WritingPlace,
  { form, stored, ...rest }: Shown,
  status = 200,
): Promise<void> {
  const { row, repository, branch, head, path } = place;
  const there: readonly TreeEntry[] = head ? await repository.tree(head, '', { recursive: true }) : [];
  const view: UploadView = {
    head: await headOf(services, request, row),
    crumbs: crumbsOf({ row, revision: branch, path }, 'tree'),
    action: address(row, 'upload', branch, path),
    cancel: head ? address(row, 'tree', branch, path) : repoPath(row.ref),
    folder: form.folder ?? path,
    stored,
    there: there.slice(0, maxNamed).map((entry) => entry.path),
    maxFileBytes: services.options.lfs.maxObjectBytes,
    maxBlobBytes: services.options.git.maxBlobBytes,
    commit: {
      branch,
      title: form.title ?? '',
      description: (form.description ?? '').replace(/\r\n?/g, '\n'),
      suggested: stored.length > 0 ? suggestedTitle(stored) : null,
      targetBranch: form.branch ?? branch,
    },
    errors: {},
    findings: [],
    ...rest,
  };
  const page = <UploadPage chrome={chromeOf(services, request, response)} view={view} />;
  await sendPage(services, request, response, page, { status });
}

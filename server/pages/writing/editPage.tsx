import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import { cardBody } from '../../../indexer/card/frontMatter.js';
import { EditPage, type EditView, NoEditPage } from '../../../views/pages/writing/edit.js';
import { MetadataForm } from '../../../views/pages/writing/metadataForm.js';
import { checkFormToken, type Form, readFormUnchecked } from '../../csrf.js';
import { cardTemplate } from '../../repositories/firstFiles.js';
import type { Services } from '../../services.js';
import { address, crumbsOf } from '../files/place.js';
import { headOf } from '../model.js';
import { once } from '../once.js';
import { chromeOf, pieceOf, queryOf, sendPage, wantsPiece } from '../respond.js';
import { editableText, hasMixedLineEnds, maxEditedBytes } from './editableText.js';
import { isCardPath, metadataView, textWithMetadata } from './metadata.js';
import { saveText, suggestedTitle } from './saveText.js';
import { type WritingPlace, writingPlace } from './writingPlace.js';

/** Each byte may take three characters, and a description is written too. */
const maxFormBytes = 3 * maxEditedBytes + 200_000;
const isMarkdown = /\.(md|markdown)$/i;

/** `/new/{branch}[/{folder}]`, `?filename=` prefills. */
export function newFilePage(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (!place) return;
    const name = queryOf(request).get('filename') ?? '';
    const path = [place.path, name].filter(Boolean).join('/') + (place.path && !name ? '/' : '');
    if (place.head && name && (await place.repository.entry(place.head, path))) {
      response.redirect(302, address(place.row, 'edit', place.branch, path));
      return;
    }
    const content = path === 'README.md' ? cardTemplate(place.row.ref.kind, { name: place.row.ref.name }) : '';
    await show(services, request, response, place, { file: null, form: { path, content, base: place.head ?? '' } });
  };
}

/** `/edit/{branch}/{path}`: the text of a file. */
export function editFilePage(services: Services): RequestHandler {
  return async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (!place) return;
    const { row, repository, branch, head, path } = place;
    const entry = head && path ? await repository.entry(head, path) : null;
    if (!entry) throw new HubError('ENTRY_NOT_FOUND', { path });
    if (entry.type === 'directory') {
      response.redirect(302, address(row, 'tree', branch, path));
      return;
    }
    const found = await editableText(repository, entry);
    if ('reason' in found) {
      const view = {
        head: await headOf(services, request, row),
        crumbs: crumbsOf({ row, revision: branch, path }, 'blob'),
        path,
        reason: found.reason,
        download: `${address(row, 'resolve', branch, path)}?download=true`,
        upload: address(row, 'upload', branch, path.split('/').slice(0, -1).join('/')),
      };
      await sendPage(
        services,
        request,
        response,
        <NoEditPage chrome={chromeOf(services, request, response)} view={view} />,
      );
      return;
    }
    const notice = hasMixedLineEnds(found.text)
      ? 'The lines of this file end in different ways; a change here makes them alike.'
      : null;
    await show(services, request, response, place, {
      file: path,
      form: { path, base: head!, content: found.text },
      notice,
    });
  };
}

/** The forms of both pages. */
export function saveFile(kind: 'new' | 'edit'): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    const place = await writingPlace(services, request, response);
    if (!place) return;
    const posted = await readFormUnchecked(request, response, maxFormBytes);
    const file = kind === 'edit' ? place.path : null;
    const again = (rest: Partial<Shown>, status = 200): Promise<void> =>
      show(services, request, response, place, { file, form: posted, ...rest }, status);
    const problem = tokenProblem(services, request, posted);
    if (problem) return again({ errors: { form: problem } }, 403);
    const content = isCardPath(posted.path) ? await textWithMetadata(services, place.row, posted) : posted.content;
    if (content === null) return again({ errors: { form: unwritable } }, 400);
    const form = { ...posted, content: content ?? '' };
    if (posted.do === 'check' && wantsPiece(request, 'metadata'))
      return sendMetadata(services, request, response, place, form);
    if (posted.do === 'check') return again({ form, checked: true });
    if (posted.do === 'preview') return again({ form, preview: await previewOf(services, place, form) });
    const saved = await once(
      request,
      posted,
      () => saveText(services, request, place, { file, form }),
      ({ state }) => state === 'made',
    );
    if (saved.state === 'made') {
      response.redirect(303, address(place.row, 'blob', saved.branch, saved.path));
      return;
    }
    const { status, base, ...shown } = saved;
    await again({ form: base === undefined ? form : { ...form, base }, ...shown }, status);
  };
}

const unwritable = 'The metadata fields cannot be written into the text: mend its YAML, or write them there.';

/** For the script of the page: the text as the fields change it, and the fields as the text has them, with what is wrong. */
async function sendMetadata(
  services: Services,
  request: Request,
  response: Response,
  { row }: WritingPlace,
  { content = '' }: Form,
): Promise<void> {
  const view = await metadataView(services, request.viewer, row, content, { checked: true });
  const html = pieceOf(services, request, response, <MetadataForm view={view} />);
  const { problems, missing, values } = view;
  response.set('Cache-Control', 'no-store').json({ text: content, values, problems, missing, html });
}

/** A page that stood open too long must not lose what was written in it. */
function tokenProblem(services: Services, request: Request, form: Form): string | null {
  try {
    checkFormToken(services, request, form);
    return null;
  } catch (error) {
    if (error instanceof HubError) return 'This page stood open too long. Your text is still here: commit once more.';
    throw error;
  }
}

interface Shown extends Partial<Pick<EditView, 'errors' | 'findings' | 'notice' | 'preview' | 'conflict'>> {
  readonly file: string | null;
  readonly form: Form;
  /** Whether somebody asked what is wrong with the metadata. */
  readonly checked?: boolean;
}

async function show(
  services: Services,
  request: Request,
  response: Response,
  place: WritingPlace,
  { file, form, checked = false, ...rest }: Shown,
  status = 200,
): Promise<void> {
  const { row, branch, path } = place;
  const chrome = chromeOf(services, request, response);
  const written = form.path ?? '';
  const text = (form.content ?? '').replace(/\r\n?/g, '\n');
  const view: EditView = {
    head: await headOf(services, request, row),
    crumbs: crumbsOf({ row, revision: branch, path }, file === null ? 'tree' : 'blob'),
    file,
    action: address(row, file === null ? 'new' : 'edit', branch, path),
    cancel: cancelOf(place, file),
    base: form.base ?? '',
    path: written,
    text,
    metadata: isCardPath(written)
      ? await metadataView(services, request.viewer, row, text, { checked, isNew: file === null })
      : null,
    commit: {
      branch,
      title: form.title ?? '',
      description: (form.description ?? '').replace(/\r\n?/g, '\n'),
      suggested: suggestedTitle(file, written),
      targetBranch: form.branch ?? branch,
    },
    errors: {},
    findings: [],
    notice: null,
    preview: null,
    mayPreview: isMarkdown.test(written) || file === null,
    conflict: null,
    ...rest,
  };
  await sendPage(services, request, response, <EditPage chrome={chrome} view={view} />, {
    status,
    math: view.preview?.hasMath ?? false,
  });
}

function cancelOf({ row, branch, head, path }: WritingPlace, file: string | null): string {
  if (file !== null) return address(row, 'blob', branch, file);
  return head ? address(row, 'tree', branch, path) : repoPath(row.ref);
}

/** A text as the page of a card would show it. */
async function previewOf(
  { cards, options }: Services,
  { row, branch }: WritingPlace,
  form: Form,
): Promise<EditView['preview']> {
  const markdown = cardBody(form.content ?? '');
  const base = repoPath(row.ref);
  const key = createHash('sha256').update(`preview ${base} ${branch} ${markdown}`).digest('hex');
  const { card } = await cards.render(key, markdown, {
    linkBase: `${base}/blob/${encodeURIComponent(branch)}/`,
    rawBase: `${base}/resolve/${encodeURIComponent(branch)}/`,
    externalImages: options.externalImages,
    nonce: key.slice(0, 16),
  });
  return { html: card.html, hasMath: card.hasMath };
}

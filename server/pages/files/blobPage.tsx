import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import { BlobPage, type BlobView } from '../../../views/pages/files/blob.js';
import { requireFiles } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendPage } from '../respond.js';
import { changeActions } from '../writing/links.js';
import { fileActions } from './actions.js';
import { createContent } from './content/blobContent.js';
import { maxTextBytes } from './content/textLines.js';
import { headerReader } from './content/weightHeaders.js';
import { weightView } from './content/weightView.js';
import { address, crumbsOf, placeOf } from './place.js';

const maxFilter = 200;

/** `/blob/{rev}/{path}`: one file as a page; `?code=true` its text, `?tensor=` which tensors of a weight file. */
export function blobPage(services: Services): RequestHandler {
  const contentOf = createContent(services);
  const headerOf = headerReader(services);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    requireFiles(services, request.viewer, row, place.path);
    const entry = place.path ? await repository.entry(place.commit, place.path) : { type: 'directory' as const };
    if (!entry) throw new HubError('ENTRY_NOT_FOUND', { path: place.path });
    if (entry.type === 'directory') {
      response.redirect(302, address(row, 'tree', place.revision, place.path));
      return;
    }
    const query = queryOf(request);
    const facts = entry.type === 'file' ? await headerOf(row, entry) : null;
    const { content, side } =
      facts && 'header' in facts
        ? { content: null, side: null }
        : await contentOf(place, entry, query.get('code') === 'true');
    const isText = side !== null || content?.kind === 'text';
    const mayEdit = isText && !entry.lfs && entry.sizeBytes <= maxTextBytes;
    const change = await changeActions(services, request, place, mayEdit);
    const view: BlobView = {
      head: await headOf(services, request, row),
      path: place.path,
      crumbs: crumbsOf(place, 'blob'),
      lfs: entry.lfs ? { ...entry.lfs, raw: address(row, 'raw', place.revision, place.path) } : null,
      actions: [...fileActions(place, entry, mayEdit), ...change],
      here: address(row, 'blob', place.revision, place.path),
      side,
      content,
      weights: facts && weightView(facts, (query.get('tensor') ?? '').slice(0, maxFilter)),
    };
    const page = <BlobPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page, { math: hasMath(content) });
  };
}

function hasMath(content: BlobView['content']): boolean {
  if (content?.kind === 'prose') return content.hasMath;
  return content?.kind === 'notebook' && content.notebook.hasMath;
}

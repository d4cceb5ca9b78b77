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
import { shardedHeader } from './content/shardedHeader.js';
import { maxTextBytes } from './content/textLines.js';
import { headerReader } from './content/weightHeaders.js';
import { weightView } from './content/weightView.js';
import { lfsPanel } from './lfsPanel.js';
import { address, crumbsOf, placeOf } from './place.js';
import { refMenu } from './refMenu.js';

const maxFilter = 200;

/** `/blob/{rev}/{path}`: one file as a page; `?code=true` its text, `?reveal=true` with what hides in it, `?tensor=` which tensors of a weight file. */
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
    const wishes = { source: query.get('code') === 'true', reveal: query.get('reveal') === 'true' };
    const facts =
      entry.type !== 'file' || wishes.source
        ? null
        : ((await headerOf(row, entry)) ?? (await shardedHeader(repository, headerOf, place, entry)));
    const isIndex = entry.path.endsWith('.json');
    const isHeader = facts !== null && 'header' in facts;
    const { content, side } = isHeader
      ? { content: null, side: isIndex ? ('preview' as const) : null }
      : await contentOf(place, entry, wishes);
    const isText = side !== null || content?.kind === 'text';
    const mayEdit = isText && !entry.lfs && entry.sizeBytes <= maxTextBytes;
    const change = await changeActions(services, request, place, mayEdit);
    const view: BlobView = {
      head: await headOf(services, request, row),
      path: place.path,
      crumbs: crumbsOf(place, 'blob'),
      menu: await refMenu(services, place, 'blob'),
      lfs: entry.lfs ? await lfsPanel(services, place, { ...entry, lfs: entry.lfs }) : null,
      actions: fileActions(
        place,
        { sizeBytes: entry.sizeBytes, hasLines: mayEdit, baseUrl: request.baseUrlOfHub },
        change,
      ),
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

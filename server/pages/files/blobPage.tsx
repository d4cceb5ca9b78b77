import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { HubError } from '../../../config/errors.js';
import type { Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { type BlobBody, BlobPage, type BlobView, FileBody } from '../../../views/pages/files/blob.js';
import { requireFiles } from '../../gating/requireFiles.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendFragment, sendPage, wantsPiece } from '../respond.js';
import { changeActions } from '../writing/links.js';
import { fileActions } from './actions.js';
import { createContent } from './content/blobContent.js';
import { shardedHeader } from './content/shardedHeader.js';
import { maxTextBytes } from './content/textLines.js';
import { headerReader, type WeightFacts } from './content/weightHeaders.js';
import { weightView } from './content/weightView.js';
import { lfsPanel } from './lfsPanel.js';
import { address, crumbsOf, type Place, placeOf } from './place.js';
import { refMenu } from './refMenu.js';

const maxFilter = 200;
/** A header may have to be read from far inside a large file: after this the page goes out without. */
const headerMs = 150;

/**
 * `/blob/{rev}/{path}`: one file as a page; `?code=true` its text, `?reveal=true` with what hides in it, `?tensor=` which
 * tensors of a weight file. A header that takes time comes with the script's question (`X-Fragment: header`), or when the page
 * is loaded again.
 */
export function blobPage(services: Services): RequestHandler {
  const contentOf = createContent(services);
  const headerOf = headerReader(services);
  const factsOf = async (repository: Repository, place: Place, entry: TreeEntry): Promise<WeightFacts | null> => {
    if (entry.type !== 'file') return null;
    return (await headerOf(place.row, entry)) ?? shardedHeader(repository, headerOf, place, entry);
  };
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
    const asked = wishes.source ? null : factsOf(repository, place, entry);
    const isPiece = wantsPiece(request, 'header');
    const facts = isPiece ? await asked : await within(asked);
    const isIndex = entry.path.endsWith('.json');
    const isHeader = facts === 'late' || (facts !== null && 'header' in facts);
    const { content, side, isUtf16 } = isHeader
      ? { content: null, side: isIndex ? ('preview' as const) : null, isUtf16: false }
      : await contentOf(place, entry, wishes);
    const wanted = (query.get('tensor') ?? '').slice(0, maxFilter);
    const here = address(row, 'blob', place.revision, place.path);
    const body: BlobBody = {
      path: place.path,
      here,
      raw: address(row, 'raw', place.revision, place.path),
      side,
      content,
      isUtf16,
      weights: facts === 'late' ? facts : facts && weightView(facts, wanted),
    };
    if (isPiece) {
      await sendFragment(services, request, response, <FileBody body={body} />);
      return;
    }
    const isText = side !== null || content?.kind === 'text';
    const mayEdit = isText && !isUtf16 && !entry.lfs && entry.sizeBytes <= maxTextBytes;
    const change = await changeActions(services, request, place, mayEdit);
    const view: BlobView = {
      ...body,
      head: await headOf(services, request, row),
      crumbs: crumbsOf(place, 'blob'),
      menu: await refMenu(services, place, 'blob'),
      lfs: entry.lfs ? await lfsPanel(services, place, { ...entry, lfs: entry.lfs }) : null,
      actions: fileActions(
        place,
        { sizeBytes: entry.sizeBytes, hasLines: mayEdit, baseUrl: request.baseUrlOfHub },
        change,
      ),
    };
    const page = <BlobPage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, page, { math: hasMath(content) });
  };
}

async function within(asked: Promise<WeightFacts | null> | null): Promise<WeightFacts | null | 'late'> {
  // What fails late is told when it is asked for again.
  asked?.catch(() => {});
  return Promise.race([asked, wait(headerMs, 'late' as const, { ref: false })]);
}

function hasMath(content: BlobView['content']): boolean {
  if (content?.kind === 'prose') return content.hasMath;
  return content?.kind === 'notebook' && content.notebook.hasMath;
}

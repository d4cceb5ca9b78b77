import type { RequestHandler } from 'express';
import type { Repository, TreeEntry } from '../../../../indexer/repository/types.js';
import { Folder, TreePage, type TreeView } from '../../../../views/pages/files/tree.js';
import { lockOf } from '../../../gating/gateOf.js';
import { repositoryOfPage } from '../../../repositories/findRepository.js';
import type { Services } from '../../../services.js';
import { headOf } from '../../model.js';
import { chromeOf, queryOf, sendFragment, sendPage, wantsPiece } from '../../respond.js';
import { addLinks } from '../../writing/links.js';
import { folderActions } from '../actions.js';
import { createMarkdown } from '../content/markdown.js';
import { maxTextBytes } from '../content/textLines.js';
import { address, crumbsOf, type Place, placeOf } from '../place.js';
import { refMenu } from '../refMenu.js';
import { createFolderFacts } from './folderFacts.js';
import { folderView } from './folderView.js';
import { nameOf, pageOf } from './rows.js';

/**
 * `/tree/{rev}[/{path}]`: the files of a folder, `?after=` those behind one; `?show_tensors=` leads to the
 * page of a weight file below it. What git is slow to find comes with the script's
 * question (`X-Fragment: last-commits`), or when the page is loaded again.
 */
export function treePage(services: Services): RequestHandler {
  const factsOf = createFolderFacts(services);
  const renderMarkdown = createMarkdown(services);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const repository = services.repositories.open(row.ref);
    const place = await placeOf(services, request, row);
    const at = place.path ? await repository.entry(place.commit, place.path) : null;
    if (at && at.type !== 'directory') {
      response.redirect(302, address(row, 'blob', place.revision, place.path));
      return;
    }
    const wanted = queryOf(request).get('show_tensors');
    if (wanted && !/(^|\/)\.{0,2}(\/|$)/.test(wanted)) {
      response.redirect(302, address(row, 'blob', place.revision, [place.path, wanted].filter(Boolean).join('/')));
      return;
    }
    const entries = await repository.tree(place.commit, place.path);
    const page = pageOf(entries, queryOf(request).get('after'));
    const mayBeLate = !wantsPiece(request, 'last-commits');
    const folder = await folderView(services, place, page, await factsOf(place, page.entries, mayBeLate));
    if (!mayBeLate) {
      await sendFragment(services, request, response, <Folder folder={folder} />);
      return;
    }
    const view: TreeView = {
      head: await headOf(services, request, row),
      revision: place.revision,
      path: place.path,
      crumbs: crumbsOf(place, 'tree'),
      menu: await refMenu(services, place, 'tree'),
      actions: folderActions(place),
      add: await addLinks(services, request, place),
      lock: await lockOf(services, request.viewer, row),
      folder,
      readme: await readmeOf(repository, place, entries),
    };
    const shown = <TreePage chrome={chromeOf(services, request, response)} view={view} />;
    await sendPage(services, request, response, shown, { math: view.readme?.hasMath ?? false });
  };

  /** That of the root is the card, which has a page. */
  async function readmeOf(
    repository: Repository,
    place: Place,
    entries: readonly TreeEntry[],
  ): Promise<TreeView['readme']> {
    const found = entries.find((entry) => /^readme\.(md|markdown)$/i.test(nameOf(entry)));
    if (place.path === '' || !place.opens() || found?.type !== 'file' || found.lfs || found.sizeBytes > maxTextBytes)
      return null;
    const bytes = await repository.blob(found.oid, maxTextBytes);
    const file = { ...place, path: found.path };
    const { card } = await renderMarkdown(file, found.oid, bytes.toString('utf8'));
    return {
      name: nameOf(found),
      href: address(place.row, 'blob', place.revision, found.path),
      html: card.html,
      hasMath: card.hasMath,
    };
  }
}

import type { RequestHandler } from 'express';
import type { RepoKind } from '../../config/repo.js';
import { facetKeys, type Listing, listingUrl } from '../../views/listing.js';
import { ListingBody, ModelListPage, type ModelListView } from '../../views/pages/modelList.js';
import type { Viewer } from '../accounts/types.js';
import { allParameter, chipsOf, facetsOf, type LooserListing, looserListings } from '../listing/panel.js';
import { isCanonical, parseListing, toModelQuery } from '../listing/queryParameters.js';
import { runsFor } from '../listing/runsFor.js';
import { scopeOf } from '../listing/scope.js';
import { shownRows } from '../listing/shownRows.js';
import type { Services } from '../services.js';
import { preferencesOf } from './preferences.js';
import { chromeOf, queryOf, sendFragment, sendPage, wantsPiece } from './respond.js';

/** Datasets that are named and not here: a search finds those below. */
const missingShown = 200;

/** Looser queries tried when nothing matches: with one thing less, then with two, with three. */
const mostLooser = 8;
const mostLess = 3;

/** `/models` and `/datasets`: filters, chips, rows; only the body for the script that swaps it (`X-Fragment: results`). */
export function listingPage(kind: RepoKind): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    const query = queryOf(request);
    const asked = parseListing(kind, query);
    const listing = { ...asked, author: services.accounts.ownerName(asked.author) ?? asked.author };
    const address = listingUrl(listing);
    const isPiece = wantsPiece(request, 'results');
    if (!isPiece && !isCanonical(kind, query, new URLSearchParams(address.split('?')[1]))) {
      response.redirect(302, address);
      return;
    }
    const view = await listingView(services, request.viewer, listing, {
      pageSize: preferencesOf(request).pageSize,
      all: query.get(allParameter),
    });
    if (isPiece) {
      response.set('X-Canonical', address);
      await sendFragment(services, request, response, <ListingBody view={view} />);
      return;
    }
    await sendPage(
      services,
      request,
      response,
      <ModelListPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}

async function listingView(
  services: Services,
  viewer: Viewer,
  listing: Listing,
  { pageSize, all }: { readonly pageSize: number; readonly all: string | null },
): Promise<ModelListView> {
  const scope = scopeOf(services.options, viewer);
  const found = await services.index.list(
    toModelQuery(listing, { scope, ...runsFor(services, viewer), limit: pageSize, withFacets: true }),
  );
  return {
    listing,
    rows: shownRows(services, viewer, found.rows),
    total: found.total,
    pageSize,
    facets: facetsOf(listing, found.facets, all),
    chips: chipsOf(listing),
    missing: asksNamesOnly(listing)
      ? services.index.overview.missingDatasets(scope, { search: listing.search, limit: missingShown })
      : { rows: [], total: 0 },
    looser: found.total === 0 ? await looserOf(services, viewer, listing) : null,
    nowMs: Date.now(),
  };
}

/** Datasets that are not here have names, and nothing else that could be filtered. */
function asksNamesOnly(listing: Listing): boolean {
  const chosen = facetKeys.dataset.some((key) => listing[key].length > 0);
  return listing.kind === 'dataset' && !chosen && listing.author === '' && listing.page === 0;
}

/** Of the queries that leave out as little as gives something, the one that gives most. */
async function looserOf(services: Services, viewer: Viewer, listing: Listing): Promise<ModelListView['looser']> {
  const asker = { scope: scopeOf(services.options, viewer), ...runsFor(services, viewer) };
  let tried: readonly LooserListing[] = [{ label: '', listing }];
  for (let less = 1; less <= mostLess; less++) {
    tried = oneLess(tried).slice(0, mostLooser);
    const counted = await Promise.all(
      tried.map(async ({ label, listing: looser }) => {
        const { total } = await services.index.list(toModelQuery(looser, { ...asker, limit: 1 }));
        return { label: label[0]!.toUpperCase() + label.slice(1), href: listingUrl(looser), total };
      }),
    );
    const best = counted.sort((a, b) => b.total - a.total)[0];
    if (best && best.total > 0) return best;
  }
  return null;
}

function oneLess(listings: readonly LooserListing[]): readonly LooserListing[] {
  const found = listings.flatMap(({ label, listing }) =>
    looserListings(listing).map((less) => ({ ...less, label: label ? `${label}, ${less.label}` : less.label })),
  );
  return [...new Map(found.map((less) => [listingUrl(less.listing), less])).values()];
}

import { statfs } from 'node:fs/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { VNode } from 'preact';
import type { Chrome } from '../../../views/chrome.js';
import type { TablePage } from '../../../views/components/adminFrame.js';
import { AdminJobsPage } from '../../../views/pages/admin/jobs.js';
import { AdminPage } from '../../../views/pages/admin/overview.js';
import {
  AdminQuarantinePage,
  AdminReportsPage,
  AdminReposPage,
  AdminStoragePage,
  AdminUsersPage,
} from '../../../views/pages/admin/tables.js';
import type { Part } from '../../administration/adminTables.js';
import type { Services } from '../../services.js';
import { chromeOf, queryOf, rawPath, sendPage, tablePage } from '../respond.js';
import { administrator } from './administrator.js';

const rowsOfAPage = 50;

interface Asked {
  readonly services: Services;
  readonly request: Request;
  readonly chrome: Chrome;
  readonly part: Part;
  readonly page: TablePage;
}

export const adminPage = pageFor(({ services, chrome }) => overviewPage(services, chrome, null));

export const adminUsersPage = pageFor(({ services, request, chrome, part, page }) => (
  <AdminUsersPage
    chrome={chrome}
    rows={services.adminTables.users(part)}
    page={page}
    viewerId={administrator(request).id}
  />
));

export const adminReposPage = pageFor(({ services, chrome, part, page }) => (
  <AdminReposPage chrome={chrome} rows={services.adminTables.repositories(part)} page={page} />
));

export const adminStoragePage = pageFor(async ({ services, chrome, part, page }) => (
  <AdminStoragePage
    chrome={chrome}
    rows={services.adminTables.repositories(part, 'size')}
    page={page}
    storage={await storageOf(services)}
  />
));

export const adminJobsPage = pageFor(({ services, chrome, part, page }) => {
  const pins = { byOption: services.options.inference.pinned, here: services.pins.all() };
  const failures = services.adminTables.indexFailures(part);
  const view = { inference: services.inference.stats(), pins, failures, page: { ...page, search: null } };
  return <AdminJobsPage chrome={chrome} view={view} />;
});

export const adminReportsPage = pageFor(({ services, request, chrome, part, page }) => {
  const closed = queryOf(request).get('closed') === '1';
  const path = closed ? `${page.path}?closed=1` : page.path;
  return (
    <AdminReportsPage
      chrome={chrome}
      rows={services.reports.list({ closed, ...part })}
      page={{ ...page, path, search: null }}
      closed={closed}
    />
  );
});

export const adminQuarantinePage = pageFor(({ services, chrome, part, page }) => (
  <AdminQuarantinePage chrome={chrome} rows={services.adminTables.quarantines(part)} page={{ ...page, search: null }} />
));

/** The first page again, with a link that was just made. */
export async function sendInvitation(
  services: Services,
  request: Request,
  response: Response,
  invitation: string,
): Promise<void> {
  const page = await overviewPage(services, chromeOf(services, request, response), invitation);
  await sendPage(services, request, response, page, { secret: true });
}

function pageFor(view: (asked: Asked) => VNode | Promise<VNode>): (services: Services) => RequestHandler {
  return (services) => async (request, response) => {
    administrator(request);
    const query = queryOf(request);
    const search = (query.get('q') ?? '').trim().slice(0, 200);
    const number = tablePage(query);
    const page = await view({
      services,
      request,
      chrome: chromeOf(services, request, response),
      part: { search, limit: rowsOfAPage, offset: number * rowsOfAPage },
      page: { page: number, size: rowsOfAPage, search, path: rawPath(request) },
    });
    await sendPage(services, request, response, page, { secret: true });
  };
}

async function overviewPage(services: Services, chrome: Chrome, invitation: string | null): Promise<VNode> {
  const { adminTables, reports, registration, indexer, inference } = services;
  const nothing = { limit: 0, offset: 0 };
  const view = {
    invitation,
    registrationOpen: registration.isOpen(),
    repositories: adminTables.repositoryCount(),
    users: adminTables.users(nothing).total,
    openReports: reports.list({ closed: false, ...nothing }).total,
    storage: await storageOf(services),
    indexReady: indexer.ready(),
    inference: inference.stats(),
  };
  return <AdminPage chrome={chrome} view={view} />;
}

async function storageOf({ data, options, adminTables }: Services) {
  const { bavail, bsize } = await statfs(data.root);
  return { freeBytes: bavail * bsize, floorBytes: options.storage.floorBytes, lfsBytes: adminTables.lfsBytes() };
}

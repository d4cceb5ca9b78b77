import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { metricsDoor } from '../metrics/metricsDoor.js';
import { administer } from './admin/administer.js';
import {
  adminJobsPage,
  adminPage,
  adminQuarantinePage,
  adminReportsPage,
  adminReposPage,
  adminStoragePage,
  adminUsersPage,
} from './admin/adminPages.js';
import { avatarImagePage } from './avatars.js';
import { addToCollection, addToCollectionPage } from './collections/addToCollection.js';
import { collectionPage, collectionsPage } from './collections/collectionPage.js';
import { editCollection, editCollectionPage } from './collections/editCollection.js';
import { newCollection, newCollectionPage } from './collections/newCollection.js';
import { decideDeviceLogin, deviceLoginPage } from './deviceLogin.js';
import { apiReferencePage, docsHome, docsPage } from './docs.js';
import { forgotPasswordPage } from './forgotPassword.js';
import { homePage } from './home.js';
import { join, joinPage } from './join.js';
import { login, loginPage } from './login.js';
import { logout, logoutPage } from './logout.js';
import { metricPage, metricsPage } from './metrics.js';
import { listingPage } from './modelList.js';
import { newRepo, newRepoPage } from './newRepo.js';
import {
  changeMembers,
  membersPage,
  organizationProfilePage,
  organizationSettings,
  saveOrganizationProfile,
} from './organizationSettings.js';
import { newOrganization, newOrganizationPage, ownOrganizationsPage } from './organizations.js';
import type { PageRoute } from './pageRoute.js';
import { profilePage } from './profile.js';
import { withoutSlash } from './respond.js';
import { robots } from './robots.js';
import {
  accountPage,
  changeAccount,
  preferencesPage,
  profileSettingsPage,
  savePreferences,
  saveProfileSettings,
} from './settings.js';
import { taskPage, tasksPage } from './tasks.js';
import { chooseTheme } from './theme.js';
import { changeTokens, tokensPage } from './tokens.js';
import { languagesPage, licensesPage } from './vocabulary.js';
import { changeWebhook, webhookPage } from './webhooks/webhookPage.js';
import { newWebhook, webhooksPage } from './webhooks/webhooksPage.js';

const organization = (under: string): RegExp => new RegExp(`^/organizations/(?<organization>[^/]+)${under}$`);

const webhook = /^\/settings\/webhooks\/(?<webhook>[0-9a-f]{24})$/;

const collection = (under: string): RegExp => new RegExp(`^/collections/(?<owner>[^/]+)/(?<slug>[^/]+)${under}$`);

/** Pages of the hub itself: everything that is not about one repository. */
export const siteRoutes: readonly PageRoute[] = [
  { method: 'GET', path: '/', handler: homePage },
  { method: 'GET', path: '/models', handler: listingPage('model') },
  { method: 'GET', path: '/datasets', handler: listingPage('dataset') },
  { method: 'GET', path: '/spaces', handler: listingPage('space') },
  { method: 'GET', path: '/metrics', handler: metricsPage },
  { method: 'GET', path: /^\/metrics\/(?<id>[^/]+)$/, handler: metricPage, reserved: ['metrics'] },
  { method: 'GET', path: '/tasks', handler: tasksPage },
  { method: 'GET', path: /^\/tasks\/(?<task>[^/]+)$/, handler: taskPage, reserved: ['tasks'] },
  { method: 'GET', path: '/languages', handler: languagesPage },
  { method: 'GET', path: '/licenses', handler: licensesPage },
  { method: 'GET', path: '/login', handler: loginPage, open: true },
  { method: 'POST', path: '/login', handler: login, open: true },
  { method: 'GET', path: '/login/device', handler: deviceLoginPage },
  { method: 'POST', path: '/login/device', handler: decideDeviceLogin },
  { method: 'GET', path: '/join', handler: joinPage, open: true },
  { method: 'POST', path: '/join', handler: join, open: true },
  { method: 'GET', path: '/logout', handler: logoutPage, open: true },
  { method: 'POST', path: '/logout', handler: logout, open: true },
  { method: 'GET', path: '/settings', handler: moved('/settings/profile') },
  { method: 'GET', path: '/settings/profile', handler: profileSettingsPage },
  { method: 'POST', path: '/settings/profile', handler: saveProfileSettings },
  { method: 'GET', path: '/settings/account', handler: accountPage },
  { method: 'POST', path: '/settings/account', handler: changeAccount },
  { method: 'GET', path: '/settings/preferences', handler: preferencesPage },
  { method: 'POST', path: '/settings/preferences', handler: savePreferences },
  { method: 'GET', path: '/settings/tokens', handler: tokensPage },
  { method: 'POST', path: '/settings/tokens', handler: changeTokens },
  { method: 'GET', path: '/settings/webhooks', handler: webhooksPage },
  { method: 'POST', path: '/settings/webhooks', handler: newWebhook },
  { method: 'GET', path: webhook, handler: webhookPage, reserved: ['settings'] },
  { method: 'POST', path: webhook, handler: changeWebhook, reserved: ['settings'] },
  { method: 'GET', path: '/settings/organizations', handler: ownOrganizationsPage },
  { method: 'GET', path: '/organizations/new', handler: newOrganizationPage },
  { method: 'POST', path: '/organizations/new', handler: newOrganization },
  { method: 'GET', path: organization('/settings'), handler: organizationSettings },
  { method: 'GET', path: organization('/settings/profile'), handler: organizationProfilePage },
  { method: 'POST', path: organization('/settings/profile'), handler: saveOrganizationProfile },
  { method: 'GET', path: organization('/settings/members'), handler: membersPage },
  { method: 'POST', path: organization('/settings/members'), handler: changeMembers },
  { method: 'GET', path: '/new', handler: newRepoPage('model') },
  { method: 'POST', path: '/new', handler: newRepo('model') },
  { method: 'GET', path: '/new-dataset', handler: newRepoPage('dataset') },
  { method: 'POST', path: '/new-dataset', handler: newRepo('dataset') },
  { method: 'GET', path: '/collections', handler: collectionsPage },
  { method: 'GET', path: '/collections/new', handler: newCollectionPage },
  { method: 'POST', path: '/collections/new', handler: newCollection },
  { method: 'GET', path: '/collections/add', handler: addToCollectionPage },
  { method: 'POST', path: '/collections/add', handler: addToCollection },
  { method: 'GET', path: collection(''), handler: collectionPage },
  { method: 'GET', path: collection('/edit'), handler: editCollectionPage },
  { method: 'POST', path: collection('/edit'), handler: editCollection },
  { method: 'GET', path: '/docs', handler: docsHome, open: true },
  { method: 'GET', path: '/docs/hub', handler: docsHome, open: true },
  { method: 'GET', path: '/docs/api', handler: apiReferencePage, open: true },
  { method: 'GET', path: /^\/docs\/hub\/(?<slug>[a-z0-9-]+)$/, handler: docsPage, open: true, reserved: ['docs'] },
  { method: 'GET', path: '/-/admin', handler: adminPage },
  { method: 'GET', path: '/-/admin/users', handler: adminUsersPage },
  { method: 'GET', path: '/-/admin/repos', handler: adminReposPage },
  { method: 'GET', path: '/-/admin/jobs', handler: adminJobsPage },
  { method: 'GET', path: '/-/admin/storage', handler: adminStoragePage },
  { method: 'GET', path: '/-/admin/reports', handler: adminReportsPage },
  { method: 'GET', path: '/-/admin/quarantine', handler: adminQuarantinePage },
  { method: 'POST', path: /^\/-\/admin(?:\/(?:users|repos|jobs|storage|reports|quarantine))?$/, handler: administer },
  { method: 'GET', path: '/forgot-password', handler: forgotPasswordPage, open: true },
  { method: 'GET', path: /^\/-\/avatars\/(?<name>[^/]+)$/, handler: avatarImagePage, reserved: ['-'] },
  { method: 'GET', path: '/-/metrics', handler: metricsDoor, open: true },
  { method: 'POST', path: '/-/theme', handler: chooseTheme, open: true },
  { method: 'GET', path: '/robots.txt', handler: robots, open: true },
  { method: 'GET', path: /^\/(?<name>[^/]+)\/(?<list>models|datasets)$/, handler: authorListing },
  { method: 'GET', path: /^\/(?<name>[^/]+)\/$/, handler: withoutSlash },
  { method: 'GET', path: /^\/(?<name>[^/]+)$/, handler: profilePage },
];

function moved(to: string): () => RequestHandler {
  return () => (_request, response) => response.redirect(302, to);
}

/** `/{name}/models`: an account's own list. A repository called `models` is reached by its other addresses. */
function authorListing(): RequestHandler {
  return (request, response) => {
    const { name, list } = request.params as { name: string; list: string };
    if (name.includes('..')) throw new HubError('BAD_REQUEST', { reason: 'The address has a part that is ".."' });
    response.redirect(302, `/${list}?author=${name}`);
  };
}

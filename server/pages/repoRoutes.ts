import { accessPage, askForAccess, decideAccess } from './access.js';
import { rawFile, resolveFile } from './bytes.js';
import { discussionCommitsPage } from './discussions/discussionCommitsPage.js';
import { discussionFilesPage } from './discussions/discussionFilesPage.js';
import { changeDiscussion, discussionPage } from './discussions/discussionPage.js';
import { discussionsPage } from './discussions/discussionsPage.js';
import { beginDiscussion, newDiscussionPage } from './discussions/newDiscussionPage.js';
import { blamePage } from './files/blamePage.js';
import { blobPage } from './files/blobPage.js';
import { commitPage } from './files/commit/commitPage.js';
import { commitsPage } from './files/commitsPage.js';
import { toDefaultBranch } from './files/place.js';
import { refsForm, refsPage } from './files/refsPage.js';
import { treePage } from './files/tree/treePage.js';
import { like } from './like.js';
import { modelForm, modelPage } from './model.js';
import { type PageRoute, repositoryAddress } from './pageRoute.js';
import { reindex } from './reindex.js';
import { reportPage, sendReport } from './report.js';
import { repoSettingsForm, repoSettingsPage } from './repoSettings.js';
import { withoutSlash } from './respond.js';
import { deleteFile, deleteFilePage } from './writing/deletePage.js';
import { editFilePage, newFilePage, saveFile } from './writing/editPage.js';
import { upload, uploadPage } from './writing/uploadPage.js';

const under = (door: string): RegExp => new RegExp(`${repositoryAddress}/${door}/(?<rest>.+)$`);

/** Pages of one repository: card, files, history, bytes. */
export const repoRoutes: readonly PageRoute[] = [
  { method: 'GET', path: new RegExp(`${repositoryAddress}/(?:(?:tree|blob|commits)/.+/)?$`), handler: withoutSlash },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/(?:tree|blob|commits)/?$`), handler: toDefaultBranch },
  { method: 'GET', path: under('tree'), handler: treePage },
  { method: 'GET', path: under('blob'), handler: blobPage },
  { method: 'GET', path: under('raw'), handler: rawFile },
  { method: 'GET', path: under('resolve'), handler: resolveFile },
  { method: 'GET', path: under('commits'), handler: commitsPage },
  { method: 'GET', path: under('blame'), handler: blamePage },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/refs$`), handler: refsPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/refs$`), handler: refsForm },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/commit/(?<oid>[^/]+)$`), handler: commitPage },
  { method: 'GET', path: under('new'), handler: newFilePage },
  { method: 'POST', path: under('new'), handler: saveFile('new') },
  { method: 'GET', path: under('edit'), handler: editFilePage },
  { method: 'POST', path: under('edit'), handler: saveFile('edit') },
  { method: 'GET', path: under('delete'), handler: deleteFilePage },
  { method: 'POST', path: under('delete'), handler: deleteFile },
  { method: 'GET', path: under('upload'), handler: uploadPage },
  { method: 'POST', path: under('upload'), handler: upload },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/settings$`), handler: repoSettingsPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/settings$`), handler: repoSettingsForm },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/reindex$`), handler: reindex },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/access$`), handler: askForAccess },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/settings/access$`), handler: accessPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/settings/access$`), handler: decideAccess },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/report$`), handler: reportPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/report$`), handler: sendReport },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/like$`), handler: like },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/discussions$`), handler: discussionsPage },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/discussions/new$`), handler: newDiscussionPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/discussions/new$`), handler: beginDiscussion },
  { method: 'GET', path: new RegExp(`${repositoryAddress}/discussions/(?<num>[^/]+)$`), handler: discussionPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}/discussions/(?<num>[^/]+)$`), handler: changeDiscussion },
  {
    method: 'GET',
    path: new RegExp(`${repositoryAddress}/discussions/(?<num>[^/]+)/commits$`),
    handler: discussionCommitsPage,
  },
  {
    method: 'GET',
    path: new RegExp(`${repositoryAddress}/discussions/(?<num>[^/]+)/files$`),
    handler: discussionFilesPage,
  },
  { method: 'GET', path: new RegExp(`${repositoryAddress}$`), handler: modelPage },
  { method: 'POST', path: new RegExp(`${repositoryAddress}$`), handler: modelForm },
];

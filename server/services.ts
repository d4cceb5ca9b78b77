import type { RequestHandler } from 'express';
import type { DataFolder } from '../config/dataFolder.js';
import type { Log } from '../config/log.js';
import type { Options } from '../config/options.js';
import type { RepoRef } from '../config/repo.js';
import type { Repositories } from '../indexer/repository/types.js';
import type { Indexer, IndexStore } from '../indexer/types.js';
import type { Inference, Snapshot } from '../inference/types.js';
import type { Target } from './accounts/can.js';
import type { DeviceLogins } from './accounts/deviceLogins.js';
import type { Profiles } from './accounts/profiles.js';
import type { Accounts, Action, Catalog, Viewer } from './accounts/types.js';
import type { EventLog } from './activity/eventLog.js';
import type { AdminTables } from './administration/adminTables.js';
import type { IndexFailures } from './administration/indexFailures.js';
import type { Registration } from './administration/registration.js';
import type { Reports } from './administration/reports.js';
import type { CallLimits } from './callLimits/records.js';
import type { CardRenderer } from './cards/cardRenderer.js';
import type { Collections } from './collections/collections.js';
import type { Commits } from './commits/commits.js';
import type { DiscussionStore } from './discussions/discussionStore.js';
import type { AccessRequests } from './gating/accessRequests.js';
import type { AnswerCache } from './inference/calls/answerCache.js';
import type { GraphChecks } from './inference/graphs/graphChecks.js';
import type { Int8Graphs } from './inference/graphs/int8Graphs.js';
import type { Pins } from './inference/records/pins.js';
import type { RunProblems } from './inference/records/runProblems.js';
import type { Uploads } from './lfs/uploads.js';
import type { FileFetcher } from './outbound/fileFetcher.js';
import type { HubEvent } from './webhooks/announce.js';
import type { Webhooks } from './webhooks/webhooks.js';
import type { Xet } from './xet/xet.js';

/** What the doors are built from. app.ts makes each once; a door takes only what it uses. */
export interface Services {
  readonly options: Options;
  readonly log: Log;
  readonly data: DataFolder;
  readonly accounts: Accounts;
  readonly catalog: Catalog;
  /** Programs that wait until somebody confirms their code. */
  readonly deviceLogins: DeviceLogins;
  /** Names, words and pictures of people and organisations. */
  readonly profiles: Profiles;
  readonly registration: Registration;
  readonly reports: Reports;
  /** Who asked for the files of gated repositories. */
  readonly accessRequests: AccessRequests;
  /** Lists of repositories that people make. */
  readonly collections: Collections;
  /** Discussions and pull requests. */
  readonly discussions: DiscussionStore;
  readonly webhooks: Webhooks;
  /** Tells the webhooks that watch it what happened; never throws. */
  announce(event: HubEvent): void;
  /** Deliveries were queued. */
  wakeWebhooks(): void;
  readonly indexFailures: IndexFailures;
  /** What happened to repositories. */
  readonly events: EventLog;
  /** What administrators read of users and repositories. */
  readonly adminTables: AdminTables;
  readonly repositories: Repositories;
  readonly index: IndexStore;
  readonly indexer: Indexer;
  readonly inference: Inference;
  readonly graphChecks: Pick<GraphChecks, 'prepare'>;
  readonly runProblems: RunProblems;
  readonly pins: Pins;
  /** Which models answer in int8. */
  readonly int8: Int8Graphs;
  readonly cards: Pick<CardRenderer, 'render'>;
  /** Commits made over HTTP. */
  readonly commits: Commits;
  /** Files that came before their commit. */
  readonly uploads: Uploads;
  /** Files that come by Xet before their commit. */
  readonly xet: Xet;
  /** Answers given before. */
  readonly answers: AnswerCache;
  /** What an administrator gave somebody in place of the hub's limits on calls. */
  readonly callLimits: CallLimits;
  /** Stands before every door that runs models, and counts them together. */
  readonly limitCalls: RequestHandler;
  /** The one decision about who may do what. */
  can(viewer: Viewer, action: Action, repo: Target): boolean;
  /** Fetches images and sounds that questions give as addresses; null = the options say no. */
  readonly files: Pick<FileFetcher, 'fetch'> | null;
  /** Folder for the runner: small files copied, weights hard-linked. @throws HubError REVISION_NOT_FOUND, INFERENCE_UNAVAILABLE */
  snapshot(repo: RepoRef, commit: string): Promise<Snapshot>;
  /** Removes the folders of a repository that is gone or has another name, and tells the runner what is pinned now. */
  forgetSnapshots(repo: RepoRef): Promise<void>;
  /** What names that folder to the runner; makes nothing. @throws as snapshot */
  snapshotKey(repo: RepoRef, commit: string): Promise<string>;
}

declare global {
  namespace Express {
    interface Request {
      /** Set by server/authenticate.ts before any door. */
      viewer: Viewer;
      requestId: string;
      /** Address of the client, behind trusted proxies. */
      clientAddress: string;
      /** Public URL of this hub without trailing slash, safe to print (never an unchecked Host header). */
      baseUrlOfHub: string;
      /** What CSRF tokens are bound to; set when a form first needs it (server/csrf.ts). */
      csrfBinding?: string;
    }
  }
}

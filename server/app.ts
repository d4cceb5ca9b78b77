import { rmSync } from 'node:fs';
import path from 'node:path';
import express, { type Express } from 'express';
import { type DataFolder, dataFolder } from '../config/dataFolder.js';
import { HubError, toHubError } from '../config/errors.js';
import { createLog, type Log } from '../config/log.js';
import type { Options } from '../config/options.js';
import { modelRef } from '../config/repo.js';
import { openSpool } from '../indexer/inbox/spool.js';
import { startIndexer } from '../indexer/indexer.js';
import { createRepositories } from '../indexer/repository/repositories.js';
import { createSnapshots } from '../indexer/repository/snapshots.js';
import { openIndexStore } from '../indexer/store/openIndexStore.js';
import { codeVersion } from '../inference/codeVersion.js';
import { Planner } from '../inference/compile/planner.js';
import { noInference } from '../inference/noInference.js';
import { startInference } from '../inference/runner/client.js';
import { can } from './accounts/can.js';
import { createAccounts } from './accounts/createAccounts.js';
import { createCatalog } from './accounts/createCatalog.js';
import { createDeviceLogins } from './accounts/deviceLogins.js';
import { createProfiles } from './accounts/profiles.js';
import { createEventLog } from './activity/eventLog.js';
import { createAdminTables } from './administration/adminTables.js';
import { createIndexFailures } from './administration/indexFailures.js';
import { createRegistration } from './administration/registration.js';
import { createReports } from './administration/reports.js';
import { api } from './api/index.js';
import { isCommit } from './api/writing/createCommit.js';
import { authenticate } from './authenticate.js';
import { bodyWithin } from './bodyDeadline.js';
import { limitCalls } from './callLimits/rateLimit.js';
import { callLimits } from './callLimits/records.js';
import { CardRenderer } from './cards/cardRenderer.js';
import { createCollections } from './collections/collections.js';
import { createCommits } from './commits/commits.js';
import { openControlSocket } from './control/controlSocket.js';
import { lockDataFolder } from './control/lock.js';
import { socketFolder } from './control/socketFolder.js';
import { openHubDatabase } from './database/openHubDatabase.js';
import { createDiscussionStore } from './discussions/discussionStore.js';
import { type FirstRun, firstRun } from './firstRun.js';
import { createAccessRequests } from './gating/accessRequests.js';
import { gitErrors } from './git/gitErrors.js';
import { createPushHandlers } from './git/pushHandlers.js';
import { createReceiving } from './git/receiving.js';
import { smartHttp } from './git/smartHttp.js';
import { health } from './health.js';
import { AnswerCache } from './inference/calls/answerCache.js';
import { recordFailedLoad } from './inference/graphs/failedLoad.js';
import { createGraphChecks } from './inference/graphs/graphChecks.js';
import { int8Graphs } from './inference/graphs/int8Graphs.js';
import { preloadable } from './inference/graphs/preloadable.js';
import { noteAllReadiness, noteReadiness } from './inference/graphs/readiness.js';
import { runnerOptions } from './inference/graphs/runnerOptions.js';
import { type Measuring, startMeasuring } from './inference/measuring/measure.js';
import { callRecords } from './inference/records/callRecords.js';
import { int8Conditions, int8Records } from './inference/records/int8Records.js';
import { pinRecords } from './inference/records/pins.js';
import { quarantineRecords } from './inference/records/quarantineRecords.js';
import { runProblems } from './inference/records/runProblems.js';
import { verdictRecords } from './inference/records/verdictRecords.js';
import { lfsDoor } from './lfs/lfsDoor.js';
import { createObjectStore, removeHalfObjects } from './lfs/objectStore.js';
import { createUploads } from './lfs/uploads.js';
import { listen } from './listen.js';
import { isLocalDataset, repoFacts } from './maintenance/repoFacts.js';
import { startMaintenance } from './maintenance/schedule.js';
import { otherOrigins } from './otherOrigins.js';
import { FileFetcher } from './outbound/fileFetcher.js';
import { pages } from './pages/index.js';
import { isUpload } from './pages/writing/uploadDoor.js';
import { refusals } from './refusals.js';
import { finishMoves } from './repositories/moveRepository.js';
import { readSecret } from './secret.js';
import type { Services } from './services.js';
import { makeFolder } from './storage/makeFolder.js';
import { announcer } from './webhooks/announce.js';
import { type DeliveryOptions, startDeliveries } from './webhooks/deliver.js';
import { createWebhooks } from './webhooks/webhooks.js';
import { isXetAddress } from './xet/isXetAddress.js';
import { createXet } from './xet/xet.js';

export interface Hub {
  /** Its public address: the base URL, or without one `localUrl`. */
  readonly url: string;
  /** Where it listens, as seen from this machine. */
  readonly localUrl: string;
  readonly services: Services;
  /** Set when this start made the first user. */
  readonly firstRun: FirstRun | null;
  /** Stops intake, lets running calls and pushes end (30 s), then frees in reverse order of creation. */
  close(): Promise<void>;
}

export interface HubOverrides {
  readonly log?: Log;
  readonly now?: () => number;
  /** For one command: nothing listens but the control socket, no runner is started and no first user made. */
  readonly quiet?: boolean;
  /** How long a push waits until it is known whether its graphs run. */
  readonly checkWaitMs?: number;
  /** Holds every JSON answer of the API against what its row describes: for tests. */
  readonly checkAnswers?: boolean;
  /** Other pauses and a shorter wait for tests of webhooks. */
  readonly deliveries?: Pick<DeliveryOptions, 'retryMs' | 'timeoutMs'>;
  /** The program that searches for int8 graphs; tests have their own. */
  readonly int8Entry?: URL;
}

/** 10 MB at a slow line's 100 KB a second. */
const bodyWithinMs = 120_000;

/** Builds and wires the whole hub: the only place that does. Resolves when it listens. */
export async function createHub(options: Options, overrides: HubOverrides = {}): Promise<Hub> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    return await build(options, overrides, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  options: Options,
  overrides: HubOverrides,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Hub> {
  const log = overrides.log ?? createLog(options.log);
  const now = overrides.now ?? Date.now;
  const data = dataFolder(options.dataDir);
  makeFolders(data);
  const controlSocket = path.join(socketFolder(data.root), 'control.sock');
  closers.push(lockDataFolder(data, controlSocket));
  // What a hub that was killed left half built.
  rmSync(data.commits, { recursive: true, force: true });
  removeHalfObjects(data);
  const secret = readSecret(data.secretFile);
  const db = openHubDatabase(data);
  closers.push(() => void db.close());
  const accounts = createAccounts({ db, secret, now });
  const catalog = createCatalog({ db, now });
  closers.push(() => catalog.close());
  const repositories = createRepositories(data);
  closers.push(() => repositories.close());
  await finishMoves({ catalog, repositories });
  const index = openIndexStore(data.indexDatabase, data.migrationBackups);
  closers.push(() => index.close());
  const snapshots = createSnapshots(data, repositories);
  const planner = new Planner();
  closers.push(() => planner.close());
  const problems = runProblems(db, now);
  // Asked only when something is indexed, when there are services.
  const checks = createGraphChecks({
    planner,
    problems,
    log,
    services: () => services,
    waitMs: overrides.checkWaitMs,
  });
  let measuring: Measuring | null = null;
  const accessRequests = createAccessRequests(db, now);
  const policy = { ...options, isAccepted: accessRequests.isAccepted };
  const indexFailures = createIndexFailures(db, now);
  const indexer = await startIndexer({
    repositories,
    store: index,
    spool: openSpool(data.spool),
    factsOf: (repo) => repoFacts(catalog, repo, now()),
    cardContext: { isLocalDataset: (id) => isLocalDataset(catalog, id) },
    log,
    sweepMs: options.maintenance.sweepSeconds * 1000,
    settle: checks.settle,
    async onIndexed(repo, isNew) {
      const row = catalog.find(repo.kind, repo.owner, repo.name);
      if (row) indexFailures.forget(row.id);
      measuring?.noticed(repo, isNew);
      await noteReadiness(services, repo);
    },
    onFailed(repo, error) {
      const row = catalog.find(repo.kind, repo.owner, repo.name);
      if (row) indexFailures.add(row.id, toHubError(error).message);
    },
  });
  closers.push(() => indexer.close());
  const inference =
    overrides.quiet || !options.inference.enabled
      ? noInference()
      : startInference({
          options: runnerOptions(options.inference),
          log,
          quarantine: quarantineRecords(
            db,
            now,
            (model) => void noteReadiness(services, modelRef(model)).catch(() => {}),
          ),
          verdicts: verdictRecords(db, now, codeVersion()),
          calls: callRecords(db),
          // Asked only once the runner is ready, when there are services.
          preloadable: (model) => preloadable(services, model),
          onFailedLoad: (failed) =>
            void recordFailedLoad(services, failed).catch((error: unknown) =>
              log.warn('a failed load was not recorded', { model: failed.model, error }),
            ),
        });
  closers.push(() => inference.close());
  const pins = pinRecords(db);
  inference.pin(pins.all());
  const int8 = int8Graphs({
    options: options.inference,
    storage: { data, options },
    data,
    log,
    inference,
    records: int8Records(db, now, int8Conditions(options.inference.int8Cosine)),
    onReady: (snapshot) => {
      measuring?.noticed(modelRef(snapshot.model), false);
    },
    entry: overrides.int8Entry,
  });
  closers.push(() => int8.close());
  const cards = new CardRenderer(log);
  closers.push(() => cards.close());
  const limits = callLimits(db);
  const store = createObjectStore(data);
  const uploads = createUploads({ catalog, data, options }, store);
  const webhooks = createWebhooks(db, now);
  const deliveries = startDeliveries({ webhooks, log, now }, { ...options.webhooks, ...overrides.deliveries });
  closers.push(() => deliveries.close());
  let publicUrl = options.baseUrl ?? '';
  const services: Services = {
    options,
    log,
    data,
    accounts,
    catalog,
    deviceLogins: createDeviceLogins(now),
    profiles: createProfiles(db),
    registration: createRegistration(db, options.registration),
    reports: createReports(db, now),
    accessRequests,
    collections: createCollections(db, now),
    discussions: createDiscussionStore(db, now),
    webhooks,
    announce: (event) => announce(event),
    wakeWebhooks: deliveries.wake,
    indexFailures,
    events: createEventLog(db),
    adminTables: createAdminTables(db),
    repositories,
    index,
    indexer,
    inference,
    graphChecks: checks,
    runProblems: problems,
    pins,
    int8,
    cards,
    // They take the way of a push, whose handlers are made of the services.
    get commits() {
      return commits;
    },
    uploads,
    xet: createXet({
      db,
      accounts,
      catalog,
      data,
      options,
      uploads,
      secret,
      now,
      can: (viewer, action, repo) => can(viewer, action, repo, policy),
    }),
    answers: new AnswerCache(options.inference.cacheBytes),
    can: (viewer, action, repo) => can(viewer, action, repo, policy),
    callLimits: limits,
    limitCalls: limitCalls({ options, callLimits: limits }),
    files: fileFetcher(options.inference),
    snapshot: (repo, commit) => snapshots.take(repo, commit),
    forgetSnapshots: (repo) => {
      inference.pin(pins.all());
      return snapshots.forget(repo);
    },
    snapshotKey: (repo, commit) => snapshots.keyOf(repo, commit),
  };
  const announce = announcer(services, webhooks, { baseUrl: () => publicUrl, wake: deliveries.wake });
  measuring = startMeasuring(services);
  closers.push(() => measuring!.close());
  const maintenance = startMaintenance(services, snapshots);
  closers.push(() => maintenance.close());
  const receiving = createReceiving(services, createPushHandlers(services));
  const commits = createCommits(services, receiving);
  const control = await openControlSocket(controlSocket, services);
  closers.push(() => control.close());
  const app = routes(services, {
    git: smartHttp({ services, receiving }),
    lfs: lfsDoor({ services, store, secret }),
    checkAnswers: overrides.checkAnswers ?? false,
  });
  if (overrides.quiet) return { url: '', localUrl: '', services, firstRun: null, close };
  let isClosing = false;
  const caughtUp = checks
    .catchUp()
    .then(() => noteAllReadiness(services, () => isClosing))
    .catch((error: unknown) => log.error('graphs could not be checked again', { error }));
  closers.push(() => caughtUp);
  closers.push(() => {
    isClosing = true;
    checks.close();
  });
  const listening = await listen(app, options);
  closers.push(() => listening.drain());
  const localUrl = `http://${hostInUrl(options.host)}:${listening.port}`;
  const url = options.baseUrl ?? localUrl;
  publicUrl = url;
  return { url, localUrl, services, firstRun: await firstRun(services, url), close };
}

function fileFetcher({ fetchUrls, fetchPrivate }: Options['inference']): FileFetcher | null {
  if (fetchUrls === false) return null;
  return new FileFetcher({ hosts: fetchUrls, allowPrivate: fetchPrivate });
}

/** What is pushed may be private, and hub.sqlite holds what signs people in: the folder is for the hub's user alone. */
function makeFolders(data: DataFolder): void {
  try {
    for (const folder of [data.repositories, data.lfsObjects, data.lfsTemporary, data.xorbs, data.snapshots])
      makeFolder(folder);
  } catch (cause) {
    throw new HubError('DATA_UNUSABLE', { path: data.root, reason: (cause as Error).message }, { cause });
  }
}

/** An address under which this machine reaches a server that listens on `host`. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function routes(
  services: Services,
  doors: { git: express.RequestHandler; lfs: express.RequestHandler; checkAnswers: boolean },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(health(services));
  app.use(authenticate(services));
  app.use(otherOrigins());
  app.use(doors.git, doors.lfs);
  app.use(gitErrors(services.log));
  app.use(
    bodyWithin(bodyWithinMs, (request) => isUpload(request) || isCommit(request) || isXetAddress(request.url ?? '')),
  );
  app.use(api(services, { checked: doors.checkAnswers }));
  app.use(pages(services));
  app.use(refusals(services));
  return app;
}

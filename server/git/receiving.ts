import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { gitEnvironment } from '../../config/gitEnvironment.js';
import { projectRoot } from '../../config/projectRoot.js';
import { repoId, repoPath } from '../../config/repo.js';
import type { RefChange } from '../../hooks/types.js';
import { formatJobHead, jobFileName } from '../../indexer/inbox/jobFile.js';
import type { Services } from '../services.js';
import { createGate, type Gate } from './gate.js';
import { gitSettings } from './gitSettings.js';
import { answerHooks } from './hookChannel.js';
import type { PushHandlers } from './pushHandlers.js';
import type { PushSession } from './pushSession.js';
import { Quarantines } from './quarantines.js';

/**
 * What every `git receive-pack` of this hub shares, whoever starts it, a pusher's git or the hub itself for a commit made in
 * the browser: so many at once, the hooks and their answers, and the way it ends.
 */
export interface Receiving {
  readonly gate: Gate;
  /** Spawns it with the hooks of this push answered; pair it with `ended`. `stdin` takes the request, `stdout` has the answer. */
  start(session: PushSession, environment?: Readonly<Record<string, string>>): ChildProcess;
  /** The same for what the hub sends itself: only the check before refs move is a hook, and `moved` is to follow. */
  startOwn(session: PushSession): ChildProcess;
  /** What a post-receive hook asks for: all that follows from refs that moved. Done when it is indexed, or as long as a pusher would wait. */
  moved(session: PushSession, changes: readonly RefChange[]): Promise<void>;
  /** What follows a push, done or not: quarantines of a git that was killed go, refs that moved untold are seen to. */
  ended(session: PushSession, wasKilled: boolean): Promise<void>;
}

const hooksOfCommits = path.join(projectRoot, 'hooks', 'ofCommits');

export function createReceiving(services: Services, handlers: PushHandlers): Receiving {
  const { data, options, log } = services;
  const quarantines = new Quarantines();
  const settings = gitSettings(options);
  function start(session: PushSession, args: readonly string[], environment: Readonly<Record<string, string>>) {
    const folder = data.repository(session.row.ref);
    quarantines.enter(folder);
    const child = spawn('git', [...args, 'receive-pack', '--stateless-rpc', folder], {
      env: gitEnvironment({ ...settings, ...environment, ...forHooks(services, session) }),
      // The fourth is what hooks speak to us over.
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const channel = child.stdio[3] as Duplex;
    answerHooks(channel, session, { handlers, log });
    // git waits for its hooks; one that outlives a git that was killed reads the end of the file and gives up.
    child.on('exit', () => channel.destroy());
    return child;
  }

  return {
    gate: createGate('git push', options.git.maxReceivePack),
    start: (session, environment = {}) => start(session, [], environment),
    startOwn: (session) => start(session, ['-c', `core.hooksPath=${hooksOfCommits}`], {}),
    async moved(session, changes) {
      const lines = changes.map(({ old, new: now, name }) => `ref ${old} ${now} ${name}`).join('\n');
      await handlers.postReceive(session, { lines, isQuiet: true }).catch((error: unknown) => {
        // The refs have moved: nothing here may fail the commit.
        log.error('what follows a commit failed', { repo: repoId(session.row.ref), error });
      });
    },
    async ended(session, wasKilled) {
      session.unpacked();
      await quarantines.leave(data.repository(session.row.ref), wasKilled);
      await handlers.pushEnded(session);
    },
  };
}

function forHooks({ data }: Services, session: PushSession): Record<string, string> {
  return {
    HUBSTEAD_SPOOL: data.spool,
    HUBSTEAD_JOB: jobFileName(session.jobId),
    HUBSTEAD_JOB_HEAD: formatJobHead({ repo: session.row.ref, pusher: session.pusher.name }),
    HUBSTEAD_PAGE: session.baseUrl + repoPath(session.row.ref),
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { gitEnvironment } from '../../config/gitEnvironment.js';
import { repoId, repoPath } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { hear, isClone } from './cloneRequest.js';
import { findForGit } from './findForGit.js';
import { createGate, type Gate } from './gate.js';
import { type GitOperation, type GitPath, parseGitPath } from './gitPath.js';
import { gitSettings } from './gitSettings.js';
import { linger } from './linger.js';
import { openPushSession, type PushSession } from './pushSession.js';
import type { Receiving } from './receiving.js';
import { decodedBody } from './requestBody.js';
import { killTree, limitUnpacking } from './unpackLimit.js';

/*
 * Smart HTTP (gitprotocol-http): GET info/refs?service=git-X advertises, POST git-X exchanges packs. git itself speaks
 * the protocol (`git X --stateless-rpc`); this door only matches the raw path, decides who may, bounds how many children
 * run, and pumps bytes. Children are not detached: SIGTERM to git ends its helpers too.
 */

const noCache = {
  'Cache-Control': 'no-cache, max-age=0, must-revalidate',
  Expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
  Pragma: 'no-cache',
};
const killAfterMs = 5000;
/** What a fetch says (wants, haves) after decoding: some 600,000 ids. Pushes are bounded by git's receive.maxInputSize. */
const maxFetchRequestBytes = 32 * 1_048_576;

export interface SmartHttpDependencies {
  readonly services: Services;
  readonly receiving: Receiving;
}

type Service = 'upload-pack' | 'receive-pack';

export function smartHttp(dependencies: SmartHttpDependencies): RequestHandler {
  const { git } = dependencies.services.options;
  const gates: Record<Service, Gate> = {
    'upload-pack': createGate('git fetch', git.maxUploadPack),
    'receive-pack': dependencies.receiving.gate,
  };
  const settings = gitSettings(dependencies.services.options);
  return async (request, response, next) => {
    const path = parseGitPath(request.originalUrl);
    if (!path || path.operation.startsWith('info/lfs/')) return next();
    const service = serviceOf(path);
    if (!service) throw new HubError('PAGE_NOT_FOUND');
    checkMethod(request, path.operation as GitOperation, service);
    const viewer = request.viewer;
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    const row = await findForGit(dependencies.services, viewer, path, service === 'receive-pack' ? 'write' : 'fetch');
    if (path.operation === 'info/refs' && hasMoved(path, row)) {
      // git goes on at the address where it was led, and tells its user. Later requests of one that was not led are served here.
      response.redirect(
        307,
        `${repoPath(row.ref)}/${request.originalUrl.slice(request.originalUrl.indexOf('info/refs'))}`,
      );
      return;
    }
    if (service === 'receive-pack') await requireFreeDisk(dependencies.services);
    const leave = await gates[service].enter(closed.signal);
    try {
      // The client may have gone while its password was checked: nobody would read what git writes.
      if (closed.signal.aborted) return;
      // A connection on which nothing moves either way is cut; git sends keep-alive packets while it works.
      request.setTimeout(git.idleTimeoutSeconds * 1000);
      if (path.operation === 'info/refs') await advertise(dependencies, settings, { request, response, row, service });
      else await exchange(dependencies, settings, { request, response, row, service });
    } finally {
      leave();
    }
  };
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly row: RepoRow;
  readonly service: Service;
}

/** Another spelling of the name, or an alias, is served where it was asked. */
function hasMoved({ owner, name }: GitPath, { ref }: RepoRow): boolean {
  return owner !== null && repoId(ref).toLowerCase() !== `${owner}/${name}`.toLowerCase();
}

function serviceOf(path: GitPath): Service | null {
  const named = path.operation === 'info/refs' ? path.query.get('service') : path.operation;
  if (named === 'git-upload-pack') return 'upload-pack';
  if (named === 'git-receive-pack') return 'receive-pack';
  return null;
}

function checkMethod(request: Request, operation: GitOperation, service: Service): void {
  const wanted = operation === 'info/refs' ? 'GET' : 'POST';
  if (request.method !== wanted) throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
  if (wanted === 'POST' && request.headers['content-type'] !== `application/x-git-${service}-request`) {
    throw new HubError('UNSUPPORTED_MEDIA', { wanted: `application/x-git-${service}-request` });
  }
}

async function advertise(
  dependencies: SmartHttpDependencies,
  settings: Readonly<Record<string, string>>,
  exchange: Exchange,
): Promise<void> {
  const { request, response, row, service } = exchange;
  const child = spawnGit(dependencies, row, [service, '--stateless-rpc', '--advertise-refs'], {
    ...settings,
    ...protocolOf(request),
  });
  child.stdin!.end();
  response.writeHead(200, { ...noCache, 'Content-Type': `application/x-git-${service}-advertisement` });
  // Protocol v2 answers begin with the version; v0 ones with the service (gitprotocol-http, "Smart Server Response").
  if (!(service === 'upload-pack' && /(^|:)version=2(:|$)/.test(protocolOf(request).GIT_PROTOCOL ?? ''))) {
    const line = `# service=git-${service}\n`;
    response.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
  }
  endWith(child, response, () => true);
  await pump(dependencies, child, response);
}

async function exchange(
  dependencies: SmartHttpDependencies,
  settings: Readonly<Record<string, string>>,
  { request, response, row, service }: Exchange,
): Promise<void> {
  const body = decodedBody(request, service === 'upload-pack' ? maxFetchRequestBytes : Number.POSITIVE_INFINITY);
  const session = service === 'receive-pack' ? openSession(request, row) : null;
  let wasKilled = false;
  try {
    const child = session
      ? dependencies.receiving.start(session, protocolOf(request))
      : spawnGit(dependencies, row, [service, '--stateless-rpc'], { ...settings, ...protocolOf(request) });
    if (session) session.unpacked = limitUnpacking(body, (seconds) => refuseBomb(response, child, seconds));
    // Once a push was read whole, git is left to finish: it may be moving refs.
    const end = session ? giveUp : stop;
    endWith(child, response, () => service === 'upload-pack' || !request.complete, end);
    // Set, not written: they go out with git's first byte, and a body that cannot be decoded still gets a 400.
    response.set({ ...noCache, 'Content-Type': `application/x-git-${service}-result` });
    // Not by pipeline: should git end first, it would destroy the request, and with it the connection for git's answer.
    const said = service === 'upload-pack' ? hear(body) : null;
    body.pipe(child.stdin!);
    body.on('error', (error) => {
      if (!response.headersSent) refuseBody(response, error);
      end(child);
    });
    await pump(dependencies, child, response);
    wasKilled = child.signalCode !== null;
    if (said && child.exitCode === 0) countClone(dependencies, row, said());
    linger(request);
  } finally {
    if (session) await dependencies.receiving.ended(session, wasKilled);
  }
}

function countClone({ services: { index, catalog } }: SmartHttpDependencies, row: RepoRow, said: string): void {
  const head = index.get(row.ref)?.head;
  if (head && isClone(said, head)) catalog.countDownload(row.id, Date.now());
}

function refuseBody(response: Response, error: Error): void {
  const status = error instanceof HubError ? error.status : 400;
  const reason = error instanceof HubError ? error.message : `The body cannot be read: ${error.message}`;
  response.status(status).type('text/plain').end(`${reason}\n`);
}

/** pkt-line on the error band (gitprotocol-pack, "side-band"): git may have begun its answer. */
function refuseBomb(response: Response, child: ChildProcess, seconds: number): void {
  const text = `this push was not unpacked within ${seconds} s: it holds far more than it sends`;
  child.stdout?.unpipe();
  killTree(child);
  response.end(`${(text.length + 6).toString(16).padStart(4, '0')}\u0003${text}\n`);
}

function openSession(request: Request, row: RepoRow): PushSession {
  const { viewer } = request;
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  return openPushSession({
    row,
    pusher: { id: viewer.user.id, name: viewer.user.name },
    baseUrl: request.baseUrlOfHub,
  });
}

/** Only a well-formed Git-Protocol header reaches git. */
function protocolOf(request: Request): { GIT_PROTOCOL?: string } {
  const header = request.headers['git-protocol'];
  return typeof header === 'string' && /^[a-z0-9=:,]{1,64}$/i.test(header) ? { GIT_PROTOCOL: header } : {};
}

function spawnGit(
  { services }: SmartHttpDependencies,
  row: RepoRow,
  args: readonly string[],
  environment: Record<string, string>,
): ChildProcess {
  return spawn('git', [...args, services.data.repository(row.ref)], {
    env: gitEnvironment(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Sends git's answer. The client's going away is not an error here; `endWith` has seen to the child. */
async function pump({ services }: SmartHttpDependencies, child: ChildProcess, response: Response): Promise<void> {
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    if (complaint.length < 4096) complaint += chunk.toString();
  });
  child.stdin!.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      services.log.error('git did not start', { error });
      resolve();
    });
    child.on('close', (code) => {
      if (code) services.log.debug('git ended', { code, complaint: complaint.trim() });
      resolve();
    });
  });
  child.stdout!.pipe(response);
  await ended;
  if (!response.writableEnded) response.end();
}

/** Ends git when the client goes away; `mayStop` is asked then. A child that goes on must not block on a full pipe. */
function endWith(child: ChildProcess, response: Response, mayStop: () => boolean, end = stop): void {
  response.on('close', () => {
    if (response.writableFinished) return;
    child.stdout?.unpipe();
    child.stdout?.resume();
    if (mayStop()) end(child);
  });
}

/** For a git that takes a push: when its input ends it cleans up, while a signal would leave its quarantine (git's tmp-objdir.c). */
function giveUp(child: ChildProcess): void {
  child.stdin!.destroy();
  const timer = setTimeout(() => killTree(child), killAfterMs);
  child.on('close', () => clearTimeout(timer));
}

function stop(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  child.on('close', () => clearTimeout(timer));
}

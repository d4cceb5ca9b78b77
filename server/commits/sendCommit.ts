import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { HubError } from '../../config/errors.js';
import { isDelete, type RefChange } from '../../hooks/types.js';
import type { PushSession } from '../git/pushSession.js';
import type { Receiving } from '../git/receiving.js';
import { killTree } from '../git/unpackLimit.js';

const withinMs = 300_000;

/** For a ref to a commit that is there: receive-pack wants a pack with every change but removals (gitformat-pack: head, count, sha1). */
const emptyPack = withChecksum(Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1'));

/**
 * Hands a pack to `git receive-pack` as a pusher's git would (gitprotocol-pack, "Pushing Data To a Server"): the same policy,
 * quarantine, compare-and-swap, hooks and indexing. Resolves when the change is indexed, or as long as a pusher would wait.
 * @returns null when the ref moved, else git's own reason; what the policy found is in `session.findings`
 */
export function sendCommit(
  receiving: Receiving,
  session: PushSession,
  change: RefChange,
  packFile: string | null,
): Promise<string | null> {
  return sendChanges(receiving, session, [change], packFile);
}

/** The same for several refs, of which all move or none. */
export async function sendChanges(
  receiving: Receiving,
  session: PushSession,
  changes: readonly RefChange[],
  packFile: string | null,
): Promise<string | null> {
  const leave = await receiving.gate.enter();
  let wasKilled = false;
  try {
    const child = receiving.startOwn(session);
    const timer = setTimeout(() => killTree(child), withinMs);
    const closed = new Promise<void>((resolve, reject) => child.on('error', reject).on('close', () => resolve()));
    child.stderr!.resume(); // what the hook says is in the session too
    const answer = text(child.stdout!);
    child.stdin!.on('error', () => {}); // git ended without reading; its answer says why
    child.stdin!.write(request(changes));
    if (packFile) await pipeline(createReadStream(packFile), child.stdin!).catch(() => {});
    else child.stdin!.end(changes.every(isDelete) ? '' : emptyPack);
    await closed.finally(() => clearTimeout(timer));
    wasKilled = child.signalCode !== null;
    const reason = reasonIn(await answer, changes);
    if (reason === null) await receiving.moved(session, changes);
    return reason;
  } finally {
    await receiving.ended(session, wasKilled);
    leave();
  }
}

function request(changes: readonly RefChange[]): string {
  const lines = changes.map(({ old, new: now, name }, index) => {
    const command = `${old} ${now} ${name}${index === 0 ? '\0report-status atomic agent=hubstead' : ''}`;
    return `${(Buffer.byteLength(command) + 4).toString(16).padStart(4, '0')}${command}`;
  });
  return `${lines.join('')}0000`;
}

/** `unpack ok`, then `ok <ref>` or `ng <ref> <reason>` of each (gitprotocol-pack, "Report Status"). */
function reasonIn(answer: string, changes: readonly RefChange[]): string | null {
  const lines = new Set(answer.split('\n').map((line) => line.replace(/^(0000)?[0-9a-f]{4}/, '')));
  if (changes.every(({ name }) => lines.has(`ok ${name}`))) return null;
  for (const { name } of changes) {
    const refused = [...lines].find((line) => line.startsWith(`ng ${name} `));
    if (refused) return refused.slice(`ng ${name} `.length);
  }
  const unpack = [...lines].find((line) => line.startsWith('unpack ')) ?? 'it gave no answer';
  throw new HubError('GIT_FAILED', { command: 'receive-pack', reason: unpack });
}

function withChecksum(pack: Buffer): Buffer {
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
}

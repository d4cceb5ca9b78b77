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
export async function sendCommit(
  receiving: Receiving,
  session: PushSession,
  change: RefChange,
  packFile: string | null,
): Promise<string | null> {
  const leave = await receiving.gate.enter();
  let wasKilled = false;
  try {
    const child = receiving.start(session);
    const timer = setTimeout(() => killTree(child), withinMs);
    const closed = new Promise<void>((resolve, reject) => child.on('error', reject).on('close', () => resolve()));
    child.stderr!.resume(); // what hooks say is in the session too
    const answer = text(child.stdout!);
    child.stdin!.on('error', () => {}); // git ended without reading; its answer says why
    child.stdin!.write(request(change));
    if (packFile) await pipeline(createReadStream(packFile), child.stdin!).catch(() => {});
    else child.stdin!.end(isDelete(change) ? '' : emptyPack);
    await closed.finally(() => clearTimeout(timer));
    wasKilled = child.signalCode !== null;
    return reasonIn(await answer, change.name);
  } finally {
    await receiving.ended(session, wasKilled);
    leave();
  }
}

function request({ old, new: now, name }: RefChange): string {
  const command = `${old} ${now} ${name}\0report-status agent=hubstead`;
  return `${(Buffer.byteLength(command) + 4).toString(16).padStart(4, '0')}${command}0000`;
}

/** `unpack ok`, then `ok <ref>` or `ng <ref> <reason>` (gitprotocol-pack, "Report Status"). */
function reasonIn(answer: string, ref: string): string | null {
  const lines = answer.split('\n').map((line) => line.replace(/^(0000)?[0-9a-f]{4}/, ''));
  if (lines.includes(`ok ${ref}`)) return null;
  const refused = lines.find((line) => line.startsWith(`ng ${ref} `));
  if (refused) return refused.slice(`ng ${ref} `.length);
  const unpack = lines.find((line) => line.startsWith('unpack ')) ?? 'it gave no answer';
  throw new HubError('GIT_FAILED', { command: 'receive-pack', reason: unpack });
}

function withChecksum(pack: Buffer): Buffer {
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
}

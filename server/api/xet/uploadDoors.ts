import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { toHubError } from '../../../config/errors.js';
import { rawPath } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { hashPattern } from '../../xet/hashText.js';
import { isXetAddress } from '../../xet/isXetAddress.js';
import type { Admitted } from '../../xet/xet.js';
import { addressOf, type Place } from '../frame/address.js';
import type { Description } from '../frame/operation.js';

/** So often a client hears that its files are still being built: it gives up after two minutes of silence. */
const heartbeatMs = 10_000;

interface Door extends Description {
  handle(services: Services, call: Admitted, exchange: { place: Place; request: Request; response: Response }): unknown;
}

const about = 'With the token that `getXetWriteToken` gives, below the address that it gives.';
const base = '/xet/{epoch}/{userId}';
const shardBody = { mediaType: 'application/octet-stream', about: 'A shard: of which pieces files are made' };

const doors: readonly Door[] = [
  {
    id: 'findXetChunk',
    method: 'GET',
    path: `${base}/v1/chunks/{prefix}/{hash}`,
    summary: 'Whether a piece is known; the answer is always 404: nobody is told what others sent',
    about,
    access: 'signed',
    answer: null,
    handle: (_services, _call, { response }) => response.status(404).json({ error: 'This piece is not known' }),
  },
  {
    id: 'hasXetXorb',
    method: 'HEAD',
    path: `${base}/v1/xorbs/default/{hash}`,
    summary: 'Whether this user sent a xorb',
    about,
    access: 'signed',
    answer: null,
    handle: async ({ xet }, call, { place, response }) =>
      response.status(isHash(place.hash) && (await xet.holds(call, place.hash!)) ? 200 : 404).end(),
  },
  {
    id: 'sendXetXorb',
    method: 'POST',
    path: `${base}/v1/xorbs/default/{hash}`,
    summary: 'Takes a xorb: packed pieces of files, 64 MiB at most',
    about,
    access: 'signed',
    body: { mediaType: 'application/octet-stream', about: 'The xorb' },
    answer: z.strictObject({ was_inserted: z.boolean() }),
    async handle({ xet }, call, { place, request, response }) {
      if (!isHash(place.hash)) return response.status(400).json({ error: 'A xorb is named by 64 hex digits' });
      return response.json({ was_inserted: await xet.receiveXorb(call, place.hash!, request) });
    },
  },
  {
    id: 'sendXetShard',
    method: 'POST',
    path: `${base}/v1/shards`,
    summary: 'Puts files together of pieces that were sent, and gives them to the repository',
    about: `Each file is kept as an LFS object, if its sha256 is the one that the shard says.\n\n${about}`,
    access: 'signed',
    body: shardBody,
    answer: z.strictObject({ result: z.int() }),
    async handle({ xet }, call, { request, response }) {
      const files = await xet.receiveShard(call, request);
      request.setTimeout(0);
      await xet.build(call, files);
      response.json({ result: 1 });
    },
  },
  {
    id: 'sendXetShardAndWatch',
    method: 'POST',
    path: `${base}/v2/shards`,
    summary: 'The same, telling how far it is',
    about: `Lines of JSON, of which the last has the type \`result\` or \`error\`.\n\n${about}`,
    access: 'signed',
    body: shardBody,
    answer: { mediaType: 'application/x-ndjson' },
    async handle({ xet, log }, call, { request, response }) {
      const files = await xet.receiveShard(call, request);
      request.setTimeout(0);
      response.type('application/x-ndjson');
      const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      let verified = 0;
      const tell = (event: object): unknown => response.write(`${JSON.stringify(event)}\n`);
      const done = new AbortController();
      void beat(() => tell({ type: 'validating', verified, total }), done.signal);
      try {
        await xet.build(call, files, (count) => {
          verified += count;
        });
        tell({ type: 'result', result: 1 });
      } catch (thrown) {
        const { code, status, message, cause } = toHubError(thrown);
        if (code === 'INTERNAL')
          log.error('a shard could not be built', { requestId: request.requestId, error: cause });
        tell({ type: 'error', message, retryable: status >= 500 });
      } finally {
        done.abort();
        response.end();
      }
    },
  },
  {
    id: 'sendXetTelemetry',
    method: 'POST',
    path: `${base}/v1/telemetry`,
    summary: 'Takes what clients tell of themselves, and forgets it',
    about,
    access: 'signed',
    body: { mediaType: 'application/json', about: 'Anything' },
    answer: null,
    handle: (_services, _call, { response }) => response.status(200).end(),
  },
];

function isHash(text: string | undefined): boolean {
  return hashPattern.test(text ?? '');
}

async function beat(tell: () => void, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      tell();
      await sleep(heartbeatMs, undefined, { signal, ref: false });
    }
  } catch {
    // It is built.
  }
}

export const uploadDoorRows: readonly Description[] = doors;

/** Serves the rows above. */
export function uploadDoors(services: Services): Router {
  const table = doors.map((door) => ({ door, address: addressOf(door.path) }));
  const router = Router();
  router.use(async (request, response, next) => {
    const path = rawPath(request);
    if (!isXetAddress(path)) return next();
    // A connection on which nothing moves is cut.
    request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
    const [, , epoch = '', userId] = path.split('/');
    const call = services.xet.admit(request.headers.authorization ?? '', { epoch, userId: Number(userId) });
    const found = table
      .map(({ door, address }) => ({ door, place: door.method === request.method ? address.match(path) : null }))
      .find(({ place }) => place);
    if (!found) return void response.status(404).json({ error: 'This hub takes uploads by Xet, and nothing else' });
    try {
      await found.door.handle(services, call, { place: found.place!, request, response });
    } finally {
      // What was refused before its end comes all the same.
      request.resume();
    }
  });
  return router;
}

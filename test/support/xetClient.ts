import { createHash, randomBytes } from 'node:crypto';
import { formatHash } from '../../server/xet/hashText.js';
import type { RealHub } from './realHub.js';

/** A xorb of raw chunks. */
export function xorbOf(...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat(
    chunks.flatMap((chunk) => {
      const header = Buffer.alloc(8);
      header.writeUIntLE(chunk.length, 1, 3);
      header.writeUIntLE(chunk.length, 5, 3);
      return [header, chunk];
    }),
  );
}

/** An LZ4 frame whose blocks are stored as they are, or hold what is given. */
export function lz4Frame(...blocks: readonly { stored?: Buffer; packed?: Buffer }[]): Buffer {
  const parts: Buffer[] = [Buffer.from('04224d18', 'hex'), Buffer.from([0x40, 0x40, 0])];
  for (const { stored, packed = stored! } of blocks) {
    const size = Buffer.alloc(4);
    size.writeUInt32LE((packed.length | (stored ? 0x8000_0000 : 0)) >>> 0);
    parts.push(size, packed);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

export interface FilePlan {
  readonly content: Buffer;
  /** `[xorb, first chunk, chunk after the last, bytes]` */
  readonly terms: readonly (readonly [string, number, number, number])[];
  readonly verified?: boolean;
  readonly sha256?: string;
}

export function shardOf(files: readonly FilePlan[]): Buffer {
  const header = Buffer.alloc(48);
  Buffer.from('HFRepoMetaData\0').copy(header);
  Buffer.from('556967456a7b815783a5bdd95ccdd14aa9', 'hex').copy(header, 15);
  header.writeBigUInt64LE(2n, 32);
  return Buffer.concat([header, ...files.flatMap(fileRecords), Buffer.alloc(48, 0xff)]);
}

function fileRecords({ content, terms, verified = false, sha256 }: FilePlan): Buffer[] {
  return [
    record(randomBytes(32), (verified ? 0xc000_0000 : 0x4000_0000) >>> 0, terms.length, 0),
    ...terms.map(([xorb, first, end, bytes]) => record(bytesOf(xorb), 0, bytes, first, end)),
    ...(verified ? terms.map(() => record(randomBytes(32), 0, 0, 0)) : []),
    record(bytesOf(sha256 ?? createHash('sha256').update(content).digest('hex')), 0, 0, 0),
  ];
}

function record(hash: Buffer, ...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(48);
  hash.copy(bytes);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32LE(number, 32 + 4 * at);
  return bytes;
}

/** Bytes whose text the hash is; the form is its own inverse. */
function bytesOf(hash: string): Buffer {
  return Buffer.from(formatHash(Buffer.from(hash, 'hex')), 'hex');
}

/** Speaks Xet as far as uploads go. */
export class XetClient {
  private constructor(
    readonly casUrl: string,
    readonly token: string,
  ) {}

  static async of(hub: Pick<RealHub, 'url' | 'token'>, repo: string, token = hub.token): Promise<XetClient> {
    const answer = await XetClient.ask(hub, repo, token);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const { casUrl, accessToken } = (await answer.json()) as { casUrl: string; accessToken: string };
    return new XetClient(casUrl, accessToken);
  }

  static ask(hub: Pick<RealHub, 'url'>, repo: string, token: string | null, query = ''): Promise<Response> {
    return fetch(`${hub.url}/api/models/${repo}/xet-write-token/main${query}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
  }

  at(casUrl: string): XetClient {
    return new XetClient(casUrl, this.token);
  }

  with(token: string): XetClient {
    return new XetClient(this.casUrl, token);
  }

  send(path: string, body?: Buffer | ReadableStream, method = body ? 'POST' : 'GET'): Promise<Response> {
    return fetch(this.casUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body ? { body: body as unknown as ReadableStream, duplex: 'half' } : {}),
    } as RequestInit);
  }

  sendXorb(hash: string, body: Buffer): Promise<Response> {
    return this.send(`/v1/xorbs/default/${hash}`, body);
  }

  sendShard(body: Buffer, version = 1): Promise<Response> {
    return this.send(`/v${version}/shards`, body);
  }
}

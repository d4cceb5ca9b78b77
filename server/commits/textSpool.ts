import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { HubError } from '../../config/errors.js';
import type { TextSink } from './commitLines.js';
import type { WaitingContent } from './types.js';

const maxTextInMemory = 262_144;
/** What has escapes is read whole; base64 has none. */
const maxEscapedBytes = 8 * 1_048_576;
const maxSmallBytes = 65_536;
/** Small contents of one commit together. */
const maxInMemory = 4 * 1_048_576;

export type Encoding = 'base64' | 'utf-8';

/** Text that came, with its encoding: known only when its line has ended. */
export interface CameText {
  readonly encoding: Encoding;
  readonly hasEscapes: boolean;
}

/** Holds the contents of one commit while it is read: small ones in memory, others in a folder of their own. */
export class TextSpool {
  readonly #folder: string;
  #texts: FileHandle | null = null;
  #contents: FileHandle | null = null;
  #contentBytes = 0;
  #inMemory = 0;
  #parts: Buffer[] = [];
  #held = 0;
  #written = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param workFolder emptied at every start of the hub */
  static async open(workFolder: string): Promise<TextSpool> {
    await mkdir(workFolder, { recursive: true });
    return new TextSpool(await mkdtemp(path.join(workFolder, 'body-')));
  }

  async close(): Promise<void> {
    await this.#texts?.close();
    await this.#contents?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** For the text of a line; it takes the place of the one before. */
  sink(maxBytes: number): TextSink {
    this.#parts = [];
    this.#held = 0;
    this.#written = 0;
    return {
      write: async (part) => {
        if (this.#written + this.#held + part.length > maxBytes)
          throw new HubError('TOO_LARGE', { what: 'A file of the commit', limitBytes: maxBytes });
        this.#parts.push(part);
        this.#held += part.length;
        if (this.#held > maxTextInMemory) await this.#flush();
      },
    };
  }

  /** How many bytes the text of the last line stands for. @throws HubError BAD_REQUEST */
  async decodedBytes({ encoding, hasEscapes }: CameText): Promise<number> {
    if (hasEscapes) await this.#readEscapes();
    const bytes = this.#written + this.#held;
    if (encoding === 'utf-8') return bytes;
    const end = await this.#lastBytes(2);
    const padding = end.endsWith('==') ? 2 : end.endsWith('=') ? 1 : 0;
    return Math.floor(((bytes - padding) * 3) / 4);
  }

  /** The bytes that it stands for, after `decodedBytes`. */
  read({ encoding }: CameText): Readable {
    return Readable.from(encoding === 'base64' ? fromBase64(this.#text()) : this.#text());
  }

  /** Keeps them until the spool is closed. */
  async keep(text: CameText, sizeBytes: number): Promise<Buffer | WaitingContent> {
    const isSmall = sizeBytes <= 1024 || (sizeBytes <= maxSmallBytes && this.#inMemory + sizeBytes <= maxInMemory);
    if (isSmall) {
      this.#inMemory += sizeBytes;
      return Buffer.concat(await this.read(text).toArray());
    }
    const file = path.join(this.#folder, 'contents');
    this.#contents ??= await open(file, 'w');
    const start = this.#contentBytes;
    const blob = createHash('sha1').update(`blob ${sizeBytes}\0`);
    const sha256 = createHash('sha256');
    for await (const part of this.read(text) as AsyncIterable<Buffer>) {
      blob.update(part);
      sha256.update(part);
      await this.#contents.writev([part], this.#contentBytes);
      this.#contentBytes += part.length;
    }
    return { file, start, sizeBytes, blobId: blob.digest('hex'), sha256: sha256.digest('hex') };
  }

  async #flush(): Promise<void> {
    // Read as well, for the padding of a text whose end was written.
    this.#texts ??= await open(path.join(this.#folder, 'text'), 'w+');
    await this.#texts.writev(this.#parts, this.#written);
    this.#written += this.#held;
    this.#parts = [];
    this.#held = 0;
  }

  async *#text(): AsyncGenerator<Buffer> {
    if (this.#written > 0) {
      const file = path.join(this.#folder, 'text');
      yield* createReadStream(file, { end: this.#written - 1, highWaterMark: 1_048_576 });
    }
    yield* this.#parts;
  }

  async #lastBytes(count: number): Promise<string> {
    const held = Buffer.concat(this.#parts).subarray(-count);
    const missing = Math.min(count - held.length, this.#written);
    if (missing <= 0) return held.toString('latin1');
    const before = Buffer.alloc(missing);
    await this.#texts!.read(before, 0, missing, this.#written - missing);
    return before.toString('latin1') + held.toString('latin1');
  }

  async #readEscapes(): Promise<void> {
    if (this.#written + this.#held > maxEscapedBytes) {
      throw new HubError('TOO_LARGE', { what: 'A text with escapes (send it as base64)', limitBytes: maxEscapedBytes });
    }
    const parts: Buffer[] = [];
    for await (const part of this.#text()) parts.push(part);
    this.#parts = [Buffer.from(unescaped(Buffer.concat(parts).toString('utf8')))];
    this.#written = 0;
    this.#held = this.#parts[0]!.length;
  }
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch (cause) {
    throw new HubError('BAD_REQUEST', { reason: 'The content of a file is no text of JSON' }, { cause });
  }
}

/** Strict: what is no base64 would become other bytes in silence. @throws HubError BAD_REQUEST */
async function* fromBase64(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const part of text) {
    const all = rest + part.toString('latin1');
    // Of what may be the end, padding included, four are kept.
    const whole = Math.max(0, all.length - 4) & ~3;
    if (/[^A-Za-z0-9+/]/.test(all.slice(0, whole))) throw notBase64();
    if (whole > 0) yield Buffer.from(all.slice(0, whole), 'base64');
    rest = all.slice(whole);
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(rest) || rest.replace(/=+$/, '').length % 4 === 1) throw notBase64();
  if (rest) yield Buffer.from(rest, 'base64');
}

function notBase64(): HubError {
  return new HubError('BAD_REQUEST', { reason: 'The content of a file is not base64' });
}

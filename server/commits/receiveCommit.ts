import type { Readable } from 'node:stream';
import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import type { LfsPointer } from '../../indexer/repository/lfsPointer.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { type CommitLine, commitLines } from './commitLines.js';
import { heldObject } from './heldObject.js';
import { checkPath } from './paths.js';
import { type CameText, TextSpool } from './textSpool.js';
import type { Change, WaitingContent } from './types.js';

const maxLines = 50_000;
const maxFolders = 1000;
/** Of all paths of a commit together. */
const maxPathBytes = 16 * 1_048_576;
const maxAttributesBytes = 1_048_576;

const at = z.object({ path: z.string() });
const line = z.discriminatedUnion('key', [
  z.object({
    key: z.literal('header'),
    value: z.object({
      summary: z.string().max(1000),
      description: z.string().max(65_536).nullish(),
      parentCommit: z
        .string()
        .regex(/^[0-9a-fA-F]{5,40}$/, 'is the id of a commit, 5 to 40 hex digits')
        .nullish(),
    }),
  }),
  z.object({
    key: z.literal('file'),
    value: at.extend({ content: z.string(), encoding: z.enum(['base64', 'utf-8']).default('utf-8') }),
  }),
  z.object({
    key: z.literal('lfsFile'),
    value: at.extend({
      algo: z.literal('sha256').default('sha256'),
      oid: z.string().regex(/^[0-9a-f]{64}$/, 'is a sha256 in lower-case hex'),
      size: z.number().int().nonnegative().nullish(),
    }),
  }),
  z.object({ key: z.literal('deletedFile'), value: at }),
  z.object({ key: z.literal('deletedFolder'), value: at }),
]);

export interface ReceivedCommit {
  readonly title: string;
  readonly body: string;
  /** As it was written, perhaps short. */
  readonly parent: string | null;
  readonly changes: readonly Change[];
  /** Frees what waits on the disk; once the commit is made. */
  discard(): Promise<void>;
}

/**
 * Reads the lines of a commit as they come. Files larger than git takes go to LFS at once, others wait on the disk.
 * @throws HubError BAD_REQUEST, PATH_INVALID, TOO_LARGE, STORAGE_FULL
 */
export async function receiveCommit(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  body: Readable,
): Promise<ReceivedCommit> {
  const spool = await TextSpool.open(services.data.commits);
  const discard = () => spool.close();
  try {
    const draft = { header: null, puts: new Map(), removals: [] };
    const read = { services, viewer, row, spool, draft };
    await readLines(read, body);
    const header = (draft as Draft).header;
    if (!header) throw new HubError('BAD_REQUEST', { reason: 'The first line of a commit is its header' });
    const changes = [...draft.removals, ...draft.puts.values()];
    const title = header.summary.split(/[\r\n]/, 1)[0]!.trim() || 'Commit';
    return { title, body: header.description ?? '', parent: header.parentCommit ?? null, changes, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

type Line = z.infer<typeof line>;

interface Draft {
  header: Extract<Line, { key: 'header' }>['value'] | null;
  /** By path: what is written twice is what came last. */
  readonly puts: Map<string, Change>;
  readonly removals: Change[];
}

interface Reading {
  readonly services: Services;
  readonly viewer: Viewer;
  readonly row: RepoRow;
  readonly spool: TextSpool;
  readonly draft: Draft;
}

async function readLines(reading: Reading, body: Readable): Promise<void> {
  const { services, spool } = reading;
  // A refused body still gets its answer: its connection must outlive this loop.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const maxTextBytes = Math.ceil(services.options.lfs.maxObjectBytes / 3) * 4;
  const counts: Counts = { lines: 0, folders: 0, pathBytes: 0 };
  for await (const came of commitLines(watched(services, chunks), () => spool.sink(maxTextBytes))) {
    await readLine(reading, counts, came).catch((error: unknown) => {
      throw atLine(came, error);
    });
  }
}

/** What was read of a commit. */
interface Counts {
  lines: number;
  folders: number;
  pathBytes: number;
}

/** Of ten thousand lines, the one that is wrong. */
function atLine({ number }: CommitLine, error: unknown): unknown {
  if (!(error instanceof HubError) || error.code !== 'BAD_REQUEST') return error;
  return new HubError(
    'BAD_REQUEST',
    { reason: `Line ${number} of the commit: ${error.details.reason}` },
    { cause: error },
  );
}

async function readLine(reading: Reading, counts: Counts, came: CommitLine): Promise<void> {
  const { draft } = reading;
  const read = parseLine(came);
  counts.lines += 1;
  if (counts.lines > maxLines) throw new HubError('BAD_REQUEST', { reason: `A commit has at most ${maxLines} lines` });
  if (read.key === 'header') {
    if (counts.lines > 1) throw new HubError('BAD_REQUEST', { reason: 'A commit has one header, its first line' });
    draft.header = read.value;
    return;
  }
  if (!draft.header) throw new HubError('BAD_REQUEST', { reason: 'The first line of a commit is its header' });
  const { path } = read.value;
  counts.pathBytes += Buffer.byteLength(path);
  if (counts.pathBytes > maxPathBytes)
    throw new HubError('TOO_LARGE', { what: 'All paths of a commit', limitBytes: maxPathBytes });
  if (read.key === 'deletedFolder' && ++counts.folders > maxFolders)
    throw new HubError('BAD_REQUEST', { reason: `A commit removes at most ${maxFolders} folders` });
  if (read.key === 'deletedFile') draft.removals.push({ kind: 'delete', path: checked(path) });
  else if (read.key === 'deletedFolder')
    draft.removals.push({ kind: 'deleteFolder', path: checked(path.replace(/\/+$/, '')) });
  else draft.puts.set(checked(path), { kind: 'put', path, content: await contentOf(reading, read, came) });
}

function checked(path: string): string {
  checkPath(path);
  return path;
}

async function contentOf(
  reading: Reading,
  read: Extract<Line, { key: 'file' | 'lfsFile' }>,
  { hasEscapes }: CommitLine,
): Promise<Buffer | WaitingContent | LfsPointer> {
  const { path } = read.value;
  if (read.key === 'lfsFile')
    return heldObject(reading, { path, oid: read.value.oid, sizeBytes: read.value.size ?? null });
  return fileContent(reading, path, { encoding: read.value.encoding, hasEscapes });
}

async function fileContent(
  { services, row, spool }: Reading,
  path: string,
  text: CameText,
): Promise<Buffer | WaitingContent | LfsPointer> {
  const sizeBytes = await spool.decodedBytes(text);
  const isAttributes = path === '.gitattributes' || path.endsWith('/.gitattributes');
  if (isAttributes && sizeBytes > maxAttributesBytes)
    throw new HubError('TOO_LARGE', { what: path, limitBytes: maxAttributesBytes });
  if (isAttributes) return Buffer.concat(await spool.read(text).toArray());
  if (sizeBytes <= services.options.git.maxBlobBytes) return spool.keep(text, sizeBytes);
  return services.uploads.receive(row, spool.read(text), sizeBytes);
}

function parseLine({ value }: CommitLine): Line {
  const parsed = line.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new HubError('BAD_REQUEST', {
    reason: `${issue.path.join('.') || 'it'}: ${issue.message}`,
  });
}

const diskAskedEach = 64 * 1_048_576;

/** Asks for the disk's room from time to time: nobody says how large a body will be. */
async function* watched(services: Services, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let since = diskAskedEach;
  for await (const chunk of chunks) {
    since += chunk.length;
    if (since >= diskAskedEach) {
      await requireFreeDisk(services);
      since = 0;
    }
    yield chunk;
  }
}

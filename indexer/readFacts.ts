import { createHash } from 'node:crypto';
import { HubError } from '../config/errors.js';
import { type CardContext, checkCard } from './card/fields.js';
import { parseCard } from './card/frontMatter.js';
import type { CardProblem, ParsedCard } from './card/types.js';
import { readWeightHeader } from './formats/index.js';
import type { WeightHeader } from './formats/types.js';
import type { Repository, TreeEntry } from './repository/types.js';
import { factFiles, maxJsonBytes, parseFactJson, weightFilesToRead } from './tags/factFiles.js';
import { taskKeysOf } from './tags/taskKeys.js';
import type { RevisionFacts } from './tags/types.js';

/** Remembers headers by the content they were read from. */
export interface HeaderCache {
  cached(key: string): string | null;
  cache(key: string, value: string): void;
}

/** Of README.md; a longer one is not read. */
export const maxCardBytes = 1_048_576;
/** What readers warn of in all weight files of a revision: the rest is on the files' pages. */
const maxHeaderWarnings = 20;
/** Raised when a reader learns more, so that older answers are read again. */
const headerVersion = 6;

/** Reads everything that the derivation may look at. Bad files become problems, never failures. */
export async function readFacts(
  repository: Repository,
  commit: string,
  cache: HeaderCache,
  context: CardContext,
): Promise<RevisionFacts & { cardText: string }> {
  const files = await repository.tree(commit, '', { recursive: true });
  const problems = { card: [] as CardProblem[], json: [] as CardProblem[], headers: [] as CardProblem[] };
  // At once: a push waits for all of it, and each answer of git's is a way there and back.
  const [cardText, { json, taskKeys }, headers] = await Promise.all([
    readCardText(repository, files, problems.card),
    readJson(repository, files, problems.json),
    readHeaders(repository, files, cache, problems.headers),
  ]);
  const card =
    cardText === null ? null : checkedCard(cardText, { ...context, kind: repository.repo.kind }, problems.card);
  return {
    repo: repository.repo,
    commit,
    files,
    card,
    json,
    taskKeys,
    headers,
    problems: [...problems.card, ...problems.json, ...problems.headers],
    cardText: cardText ?? '',
  };
}

async function readCardText(
  repository: Repository,
  files: readonly TreeEntry[],
  problems: CardProblem[],
): Promise<string | null> {
  const file = files.find((entry) => entry.path === 'README.md' && entry.type === 'file');
  if (!file) return null;
  if (file.lfs || file.sizeBytes > maxCardBytes) {
    problems.push({
      severity: 'warning',
      file: 'README.md',
      message: file.lfs ? 'it is in Git LFS, so it is not read' : 'it is larger than 1 MiB, so it is not read',
    });
    return null;
  }
  return (await repository.blob(file.oid, maxCardBytes)).toString('utf8');
}

function checkedCard(text: string, context: CardContext, problems: CardProblem[]): ParsedCard {
  const card = parseCard(text);
  problems.push(...checkCard(card, context));
  return card;
}

async function readJson(
  repository: Repository,
  files: readonly TreeEntry[],
  problems: CardProblem[],
): Promise<Pick<RevisionFacts, 'json' | 'taskKeys'>> {
  const json: Record<string, unknown> = {};
  let taskKeys: readonly string[] = [];
  const texts = factFiles(files).map(async (file) => {
    const content = await repository.blob(file.oid, maxJsonBytes);
    return { file, text: content.toString('utf8') };
  });
  for (const { file, text } of await Promise.all(texts)) {
    try {
      json[file.path] = parseFactJson(text);
      if (file.path === 'config.json') taskKeys = taskKeysOf(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({
        severity: 'warning',
        file: file.path,
        message: `it is not JSON: ${error.message.slice(0, 120)}`,
      });
    }
  }
  return { json, taskKeys };
}

async function readHeaders(
  repository: Repository,
  files: readonly TreeEntry[],
  cache: HeaderCache,
  problems: CardProblem[],
): Promise<Record<string, WeightHeader>> {
  const headers: Record<string, WeightHeader> = {};
  for (const file of weightFilesToRead(files)) {
    const read = await readHeader(repository, file, cache);
    if (typeof read === 'string') problems.push({ severity: 'warning', file: file.path, message: read });
    else if (read) {
      headers[file.path] = read;
      for (const message of read.warnings.slice(0, Math.max(0, maxHeaderWarnings - problems.length)))
        problems.push({ severity: 'warning', file: file.path, message });
    }
  }
  return headers;
}

/** The header, a text that says why it could not be read, or null for what is no weight file. */
async function readHeader(
  repository: Repository,
  file: TreeEntry,
  cache: HeaderCache,
): Promise<WeightHeader | string | null> {
  const extension = file.path.slice(file.path.lastIndexOf('.'));
  const key = `header ${headerVersion} ${createHash('sha256')
    .update(`${file.lfs?.oid ?? file.oid}${extension}`)
    .digest('base64url')}`;
  const cached = cache.cached(key);
  if (cached !== null) return JSON.parse(cached) as WeightHeader | string | null;
  const read = await openAndRead(repository, file);
  // Tensor lists are for viewers, which read them again; the record needs only the counts.
  const kept = typeof read === 'string' || read === null ? read : { ...read, tensors: [] };
  cache.cache(key, JSON.stringify(kept));
  return kept;
}

async function openAndRead(repository: Repository, file: TreeEntry): Promise<WeightHeader | string | null> {
  try {
    const reader = await repository.open(file);
    try {
      return await readWeightHeader(file.path, reader);
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof HubError && /^(WEIGHT_HEADER_INVALID|LFS_OBJECT_MISSING|TOO_LARGE)$/.test(error.code)) {
      return error.code === 'WEIGHT_HEADER_INVALID' ? String(error.details.reason) : error.message;
    }
    throw error;
  }
}

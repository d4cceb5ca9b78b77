import type { RepoRef } from '../../../config/repo.js';
import { repoId } from '../../../config/repo.js';
import type { Repository } from '../../../indexer/repository/types.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { Services } from '../../services.js';

const maxSettingsBytes = 1_048_576;
/** Special tokens stand before the vocabulary. */
const tokenizerHeadBytes = 65_536;

/**
 * The word that this model reads as its mask, such as `[MASK]` or `<mask>`: what the tokenizer's settings name, else what
 * its special tokens hold, else what vocabularies of that kind use. null = it has none that we know of. Kept for each commit.
 */
export async function maskTokenOf(
  services: Pick<Services, 'repositories' | 'index'>,
  ref: RepoRef,
  { commit }: Pick<ModelRecord, 'commit'>,
): Promise<string | null> {
  const key = `mask-token ${repoId(ref)} ${commit}`;
  const kept = services.index.cached(key);
  if (kept !== null) return kept || null;
  const token = await readMaskToken(services.repositories.open(ref), commit);
  services.index.cache(key, token ?? '');
  return token;
}

async function readMaskToken(repository: Repository, commit: string): Promise<string | null> {
  for (const file of ['tokenizer_config.json', 'special_tokens_map.json']) {
    const named = tokenText(fieldOf(await head(repository, commit, file, maxSettingsBytes), 'mask_token'));
    if (named) return named;
  }
  const tokenizer = await head(repository, commit, 'tokenizer.json', tokenizerHeadBytes);
  const special = /"content"\s*:\s*"(\[MASK\]|<mask>)"/.exec(tokenizer ?? '')?.[1];
  if (special) return special;
  if (tokenizer === null && (await repository.entry(commit, 'vocab.txt'))) return '[MASK]';
  return (await repository.entry(commit, 'vocab.json')) ? '<mask>' : null;
}

/** The beginning of a file, whether git or LFS holds it; null when it is absent. */
async function head(repository: Repository, commit: string, path: string, bytes: number): Promise<string | null> {
  const entry = await repository.entry(commit, path);
  if (!entry) return null;
  const reader = await repository.open(entry).catch(() => null);
  if (!reader) return null;
  try {
    return (await reader.read(0, Math.min(bytes, reader.sizeBytes))).toString('utf8');
  } finally {
    await reader.close();
  }
}

function fieldOf(json: string | null, name: string): unknown {
  try {
    return (JSON.parse(json ?? '{}') as Record<string, unknown> | null)?.[name];
  } catch {
    // The tokenizer itself will say what is wrong with it when the model is asked.
    return undefined;
  }
}

/** Tokens are texts, or objects with their text in `content`. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value || null;
  const content = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : null;
  return typeof content === 'string' && content ? content : null;
}

import { isJsonObject } from '../../../config/jsonObject.js';
import type { RepoRef } from '../../../config/repo.js';
import { repoId } from '../../../config/repo.js';
import type { Repository } from '../../../indexer/repository/types.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { positionsOf } from '../../../inference/generation/decoders.js';
import { engineDefaults } from '../../../inference/pipelines/writing/generationParameters.js';
import type { Services } from '../../services.js';

const tasks: ReadonlySet<string> = new Set(['text-generation', 'conversational']);
const maxSettingsBytes = 1_048_576;
/** A text is gone on from, and a conversation has more than one turn: an answer takes so much of what the model reads. */
const shareOfContext = 4;

type Settings = Readonly<Record<string, unknown>>;

/**
 * How many new tokens a widget asks for where nobody says otherwise: what the model's files say, but no more than a quarter
 * of what it reads at once, and counted from the end of the text, so that it can be continued. Null = left to the model:
 * for other tasks, where the card has a length, and where the files tell nothing. Kept for each commit.
 */
export async function newTokensOf(
  services: Pick<Services, 'repositories' | 'index'>,
  ref: RepoRef,
  task: string,
  { commit, inferenceParameters, taskParameters }: ModelRecord,
): Promise<number | null> {
  if (!tasks.has(task) || saysLength(inferenceParameters)) return null;
  const key = `new-tokens ${repoId(ref)} ${commit}`;
  const kept = services.index.cached(key);
  if (kept !== null) return Number(kept) || null;
  const repository = services.repositories.open(ref);
  const config = await settingsOf(repository, commit, 'config.json');
  const generation = await settingsOf(repository, commit, 'generation_config.json');
  const count = newTokens({ ...config, ...(taskParameters['text-generation'] ?? {}) }, generation);
  services.index.cache(key, String(count ?? ''));
  return count;
}

/** Whether parameters have a length of their own. */
export function saysLength({ max_new_tokens: added, max_length: whole }: Settings): boolean {
  return (added ?? whole ?? null) !== null;
}

/** @param config config.json, with what it says of the task alone above the rest */
export function newTokens(config: Settings, generation: Settings): number | null {
  const said =
    countOf(config.max_new_tokens) ??
    countOf(generation.max_new_tokens) ??
    lengthOf(config.max_length) ??
    lengthOf(generation.max_length);
  const positions = positionsOf(config);
  if (positions === null) return said;
  return Math.max(1, Math.min(said ?? engineDefaults.decoder.max_new_tokens, Math.floor(positions / shareOfContext)));
}

/** 20 is what files of older versions say where nothing was said. */
function lengthOf(value: unknown): number | null {
  return value === 20 ? null : countOf(value);
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

async function settingsOf(repository: Repository, commit: string, file: string): Promise<Settings> {
  const entry = await repository.entry(commit, file);
  const reader = entry?.type === 'file' ? await repository.open(entry).catch(() => null) : null;
  if (!reader) return {};
  try {
    const value: unknown = JSON.parse(
      (await reader.read(0, Math.min(maxSettingsBytes, reader.sizeBytes))).toString('utf8'),
    );
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  } finally {
    await reader.close();
  }
}

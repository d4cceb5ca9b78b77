import { repoPath } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { ReplayView } from '../../../views/widgets/replay.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { mayOpen } from '../../gating/requireFiles.js';
import type { Services } from '../../services.js';

const file = 'replay.mp4';

/** What an agent did, where a model is one: the video that its repository holds. Null for models that are none. */
export async function replayOf(
  services: Pick<Services, 'repositories' | 'can'>,
  viewer: Viewer,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<ReplayView | null> {
  if (record?.pipelineTag !== 'reinforcement-learning') return null;
  const entry = await services.repositories.open(row.ref).entry(record.commit, file);
  const isShown = entry?.type === 'file' && mayOpen(services, viewer, row, file);
  const address = isShown ? `${repoPath(row.ref)}/resolve/${record.commit}/${file}` : null;
  return { address };
}

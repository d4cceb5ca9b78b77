import { z } from 'zod';
import { explainRecord } from '../../../indexer/tags/explain.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { recordAt } from '../../inference/calls/askModel.js';
import { runningFor } from '../../listing/runningFor.js';
import { scopeOf } from '../../listing/scope.js';
import type { Services } from '../../services.js';
import { securityOf } from '../files/treeItems.js';
import { type Call, operation } from '../frame/operation.js';
import { flag, list, type ValuesOf } from '../frame/parameters.js';
import { factsOf, type RepoFacts } from './repoFacts.js';
import { expandable, inInfo, repoItem, repoItemOf } from './repoItem.js';

const query = {
  blobs: flag('Size and content of each file among the siblings'),
  securityStatus: flag('Adds what pickles of the repository import'),
  expand: list('Only these properties, and the ids'),
  explain: flag('Adds where each tag came from'),
};

const repoInfo = repoItem.extend({
  securityRepoStatus: z
    .strictObject({
      scansDone: z.boolean(),
      filesWithIssues: z.array(z.strictObject({ path: z.string(), level: z.enum(['unsafe', 'suspicious']) })),
    })
    .optional(),
  explain: z.unknown().optional(),
  problems: z.unknown().optional(),
});
type RepoInfo = z.output<typeof repoInfo>;

export const infoOperations = (
  [
    ['getRepository', '/api/{repoType}/{namespace}/{repo}', 'One repository'],
    [
      'getRepositoryAt',
      '/api/{repoType}/{namespace}/{repo}/revision/{rev}',
      'One repository at a branch, tag or commit',
    ],
  ] as const
).map(([id, path, summaryLine]) =>
  operation({ id, method: 'GET', path, summary: summaryLine, access: 'read', query, answer: repoInfo, handle: info }),
);

async function info(services: Services, call: Call<ValuesOf<typeof query>>): Promise<RepoInfo> {
  const { repo: row, place, query } = call;
  const { kind } = row.ref;
  const found = services.index.get(row.ref);
  const indexed = found && runningFor(services, call.viewer, [found])[0]!;
  const revision = place.rev ?? null;
  const hasCommits = indexed?.head !== null || revision !== null;
  const at = hasCommits ? await recordAt(services, row, revision) : { commit: null, record: null };
  const facts = factsOf(services, { row, indexed, ...at, scope: scopeOf(services.options, call.viewer) });
  if (query.expand.length > 0) return repoItemOf(services, facts, expandable(kind, query.expand));
  return {
    ...(await repoItemOf(services, facts, inInfo[kind])),
    ...(query.blobs ? { siblings: await siblingsWithBlobs(facts) } : {}),
    ...(query.securityStatus ? { securityRepoStatus: await securityOfRepository(services, facts) } : {}),
    ...(query.explain && at.record ? explained(at.record) : {}),
  };
}

function explained(record: ModelRecord): Pick<RepoInfo, 'explain' | 'problems'> {
  return { explain: explainRecord(record), problems: record.problems };
}

async function siblingsWithBlobs({ files }: RepoFacts): Promise<RepoInfo['siblings']> {
  return (await files()).map(({ path, oid, sizeBytes, lfs }) => ({
    rfilename: path,
    size: sizeBytes,
    blobId: oid,
    ...(lfs ? { lfs: { size: lfs.sizeBytes, sha256: lfs.oid, pointerSize: lfs.pointerSizeBytes } } : {}),
  }));
}

async function securityOfRepository(services: Services, facts: RepoFacts): Promise<RepoInfo['securityRepoStatus']> {
  const { found, isWhole } = await securityOf(services, facts.row, await facts.files());
  const filesWithIssues = [...found].flatMap(([path, { status }]) =>
    status === 'safe' ? [] : [{ path, level: status }],
  );
  return { scansDone: isWhole, filesWithIssues };
}

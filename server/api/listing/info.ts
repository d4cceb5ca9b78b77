import { z } from 'zod';
import { explainRecord } from '../../../indexer/tags/explain.js';
import { recordAt } from '../../inference/calls/askModel.js';
import type { Services } from '../../services.js';
import { type Call, operation } from '../frame/operation.js';
import { flag, type ValuesOf } from '../frame/parameters.js';
import { emptySummary, repoSummary, summary } from './summary.js';

const query = { explain: flag('Adds where each tag came from') };

const repoInfo = repoSummary.extend({
  siblings: z.array(z.strictObject({ rfilename: z.string() })),
  usedStorage: z.number(),
  safetensors: z.strictObject({ parameters: z.record(z.string(), z.number()), total: z.number() }).optional(),
  config: z.strictObject({ architectures: z.array(z.string()), model_type: z.string().nullable() }).optional(),
  widgetData: z.array(z.unknown()),
  explain: z.unknown().optional(),
  problems: z.unknown().optional(),
});

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

async function info(services: Services, call: Call<ValuesOf<typeof query>>): Promise<z.input<typeof repoInfo>> {
  const { repo: row, place } = call;
  const revision = place.rev ?? null;
  const indexed = services.index.get(row.ref);
  const hasCommits = indexed?.head !== null || revision !== null;
  const { commit, record } = hasCommits ? await recordAt(services, row, revision) : { commit: null, record: null };
  const files = commit ? await services.repositories.open(row.ref).tree(commit, '', { recursive: true }) : [];
  const base = indexed ? summary(services, { ...indexed, record }) : emptySummary(row);
  return {
    ...base,
    sha: commit,
    siblings: files.map((file) => ({ rfilename: file.path })),
    usedStorage: record?.usedStorageBytes ?? 0,
    ...(record?.parameters && record.parameters.format === 'safetensors'
      ? { safetensors: { parameters: { ...record.parameters.byDtype }, total: record.parameters.total } }
      : {}),
    ...(record && record.architectures.length > 0
      ? { config: { architectures: [...record.architectures], model_type: record.modelType } }
      : {}),
    widgetData: record?.widgetExamples.map((example) => example.value) ?? [],
    ...(record && call.query.explain ? { explain: explainRecord(record), problems: record.problems } : {}),
  };
}

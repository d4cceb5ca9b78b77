import type { Page } from 'playwright-core';
import type { RepoRef } from '../../config/repo.js';
import type { ModelRecord } from '../../indexer/tags/types.js';
import type { InferenceAnswer, InferenceCall } from '../../inference/types.js';
import type { Services } from '../../server/services.js';
import { fakeHub } from './fakeServices.js';
import { type PageServer, startPageServer } from './pageServer.js';

/** What a model of the test has: its card's examples, its task, files that its examples name. */
export interface ScriptedModel {
  readonly name: string;
  readonly task: string | null;
  readonly tags?: readonly string[];
  readonly record?: Partial<ModelRecord>;
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Answers one call: the output, or the error that it throws. */
export type Script = (call: InferenceCall) => Promise<unknown> | unknown;

export interface WidgetHub extends PageServer {
  readonly services: Services;
  /** Calls so far, the newest last. */
  readonly calls: InferenceCall[];
  /** What the model server answers from now on. */
  script: Script;
  /** What it says of itself (`/status/…`). */
  status: Readonly<Record<string, unknown>>;
  /** How often it was asked that. */
  readonly looks: number;
}

/** Files of the repository that examples name: git is not behind these pages. */
export async function serveFiles(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await page.route(/\/resolve\/HEAD\//, (route) =>
    route.fulfill({ body: Buffer.from(files[new URL(route.request().url()).pathname.split('/').at(-1)!]!) }),
  );
}

const commit = 'b'.repeat(40);

/** The pages over a model server that answers what the test says: no git, no runner, no model. */
export async function startWidgetHub(models: readonly ScriptedModel[]): Promise<WidgetHub> {
  const fake = fakeHub();
  fake.addUser('ada');
  for (const { name, task, tags = [] } of models)
    fake.addModel({ id: `ada/${name}`, runnable: true, tags, ...(task ? { task } : {}) });
  for (const [place, { record }] of models.entries())
    Object.assign(fake.models[place]!.record as object, emptyRecord, record);
  const calls: InferenceCall[] = [];
  const state: { script: Script; status: WidgetHub['status']; looks: number } = {
    script: () => null,
    status: { state: 'Loaded' },
    looks: 0,
  };
  const services: Services = {
    ...fake.services,
    inference: {
      ...fake.services.inference,
      state: () => 'loaded',
      verdict: () => null,
      answer: async (call) => {
        calls.push(call);
        const output = await state.script(call);
        return {
          output,
          queueMs: 0,
          loadMs: 0,
          computeMs: 120,
          computeType: 'cpu+fp32',
          graph: 'model.onnx',
        } satisfies InferenceAnswer;
      },
    },
    index: { ...fake.services.index, cached: () => null, cache() {} },
    catalog: {
      ...fake.services.catalog,
      measurement: () => null,
      likedBy: () => false,
      downloads: () => ({ last30Days: 0, allTime: 0, daily: [] }),
    } as unknown as Services['catalog'],
    repositories: {
      ...fake.services.repositories,
      open: (ref: RepoRef) => repositoryOf(models.find(({ name }) => name === ref.name)?.files ?? {}),
    } as unknown as Services['repositories'],
    snapshot: async (ref) =>
      ({ key: `key-${ref.name}`, folder: '/nowhere', model: `${ref.owner}/${ref.name}` }) as never,
  };
  const server = await startPageServer(services, (request, response, next) => {
    if (!request.path.startsWith('/status/')) return next();
    state.looks += 1;
    response.json(state.status);
  });
  return {
    ...server,
    services,
    calls,
    get script() {
      return state.script;
    },
    set script(script) {
      state.script = script;
    },
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    get looks() {
      return state.looks;
    },
  };
}

/** What fakeHub does not say of a model. */
const emptyRecord: Omit<
  ModelRecord,
  'tags' | 'pipelineTag' | 'license' | 'parameters' | 'summary' | 'inference' | 'hasTokenizer' | 'graphs'
> = {
  commit,
  pipelineEvidence: null,
  libraryName: 'transformers',
  libraryEvidence: null,
  modelType: null,
  architectures: [],
  taskParameters: {},
  languages: ['en'],
  licenseName: null,
  licenseLink: null,
  datasets: [],
  metrics: [],
  arxiv: [],
  baseModels: [],
  evaluations: [],
  carbonGrams: null,
  weights: [],
  inferenceParameters: {},
  widgetExamples: [],
  thumbnail: null,
  hasCard: false,
  problems: [],
  usedStorageBytes: 1,
};

function repositoryOf(files: Readonly<Record<string, Uint8Array>>) {
  return {
    head: async () => commit,
    defaultBranch: async () => 'main',
    resolve: async () => commit,
    refs: async () => [],
    entry: async (_: string, path: string) =>
      files[path] ? { type: 'file', path, oid: path, sizeBytes: files[path].length } : null,
    open: async ({ path }: { path: string }) => ({
      sizeBytes: files[path]!.length,
      read: async (start: number, length: number) => Buffer.from(files[path]!.subarray(start, start + length)),
      close: async () => {},
    }),
  };
}

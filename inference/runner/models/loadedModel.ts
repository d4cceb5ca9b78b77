import path from 'node:path';
import { compiledGraph } from '../../../config/compiledModels.js';
import { HubError } from '../../../config/errors.js';
import { compileSnapshot } from '../../compile/index.js';
import type {
  LoadedGraph,
  Model,
  ModelSettings,
  TextTensor,
  TextTokenizer,
  TypedTensor,
} from '../../pipelines/model.js';
import { readSnapshotJson, readSnapshotText } from '../../snapshot/snapshotFiles.js';
import { readTokenizer } from '../../tokenizers/readTokenizer.js';
import { Batcher, type BatchGraph, type BatchOptions } from './batcher.js';
import { batchGraphOf } from './batchGraph.js';
import { fixedLength } from './feeds.js';
import { GraphSession } from './graphSession.js';
import { graphFilesOf, isCompiled } from './graphs.js';
import { maxLengthOf, modelConfigOf } from './modelConfig.js';
import { readSentenceModules } from './sentenceModules.js';
import { textGraph } from './textGraph.js';

/** A model in this thread's memory. */
export interface LoadedModel {
  /** The model for one call, whose runs end at `deadline` (milliseconds, `performance.now()`). */
  forCall(deadline: number, usage?: Usage): Model;
  release(): Promise<void>;
}

/** What a call took, added up while it runs. */
export interface Usage {
  /** Tokens that went through a graph. */
  tokens: number;
  /** Texts of its largest run. */
  batch: number;
}

/** For models outside a thread of the runner: native code runs at once, each text alone. */
const alone: BatchOptions = { maxBatch: 1, waitMs: 0, expected: () => 1, inTurn: (work) => work() };

/**
 * Reads a snapshot and opens a graph of it, or those that are compiled from its checkpoint, with ONNX Runtime on the CPU.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export async function loadModel(
  folder: string,
  graph: string,
  intraOpThreads: number,
  batching: BatchOptions = alone,
): Promise<LoadedModel> {
  const settings = await readSettings(folder);
  const sentence = await readSentenceModules(folder);
  const tokenizer = await tokenizerOrReason(folder, settings);
  const sessions = await openSessions(folder, graph, intraOpThreads);
  const fixed = fixedLength((sessions.get('model') ?? sessions.get('encoder_model'))?.inputs ?? []);
  const padId = tokenizer instanceof HubError ? null : tokenizer.padId;
  const text = textRuns(() => batchGraphOf(textGraph(sessions, settings.config), settings, padId ?? 0), batching);
  const parts = {
    config: modelConfigOf(settings.config),
    settings,
    isCompiled: isCompiled(graph),
    maxLength: Math.min(maxLengthOf(settings.config, settings.tokenizer), fixed ?? Number.POSITIVE_INFINITY),
    sentence,
    file: (name: string) => readSnapshotText(folder, path.basename(name)),
  };
  return {
    forCall: (deadline, usage = { tokens: 0, batch: 0 }) => {
      const forThisCall = (session: GraphSession) => watched(session, { deadline, usage, inTurn: batching.inTurn });
      const graphs = new Map([...sessions].map(([name, session]) => [name, forThisCall(session)]));
      return {
        ...parts,
        get tokenizer() {
          if (tokenizer instanceof HubError) throw tokenizer;
          return tokenizer;
        },
        graph: (name) => graphs.get(name) ?? null,
        async run(encoding) {
          const { outputs, size } = await text().run(encoding, deadline);
          usage.tokens += encoding.length;
          usage.batch = Math.max(usage.batch, size);
          return outputs;
        },
      };
    },
    release: async () => {
      for (const session of sessions.values()) await session.release();
    },
  };
}

async function readSettings(folder: string): Promise<ModelSettings> {
  const json = async (name: string) => (await readSnapshotJson(folder, name)) ?? {};
  return {
    config: await json('config.json'),
    tokenizer: await json('tokenizer_config.json'),
    generation: await json('generation_config.json'),
    preprocessor: await json('preprocessor_config.json'),
  };
}

/** Models of images and sounds have no tokenizer; who asks for it hears why there is none. */
async function tokenizerOrReason(
  folder: string,
  { config, tokenizer }: ModelSettings,
): Promise<TextTokenizer | HubError> {
  return readTokenizer(folder, config, tokenizer).catch((error: unknown) => {
    if (error instanceof HubError) return error;
    throw error;
  });
}

async function openSessions(
  folder: string,
  graph: string,
  intraOpThreads: number,
): Promise<ReadonlyMap<string, GraphSession>> {
  const files = graph === compiledGraph ? await compileSnapshot(folder) : await pushedFiles(folder, graph);
  const sessions = new Map<string, GraphSession>();
  try {
    for (const { name, file } of files)
      sessions.set(name, await GraphSession.open(path.join(folder, file), intraOpThreads));
    return sessions;
  } catch (error) {
    for (const session of sessions.values()) await session.release();
    throw error;
  }
}

async function pushedFiles(folder: string, graph: string): Promise<readonly { name: string; file: string }[]> {
  return (await graphFilesOf(folder, graph)).map(({ name, path }) => ({ name, file: path }));
}

/** The runs of the graph that reads texts, looked at when it is first asked for: others take no encoding. */
function textRuns(graph: () => BatchGraph, batching: BatchOptions): () => Batcher {
  let found: Batcher | null = null;
  return () => {
    found ??= new Batcher(graph(), batching);
    return found;
  };
}

interface Watched extends Pick<BatchOptions, 'inTurn'> {
  readonly deadline: number;
  readonly usage: Usage;
}

/** The graph for one call. */
function watched(session: GraphSession, { deadline, usage, inTurn }: Watched): LoadedGraph {
  const inTime = <T>(feeds: Readonly<Record<string, TypedTensor | TextTensor>>, work: () => Promise<T>) =>
    inTurn(async () => {
      if (performance.now() > deadline) throw new HubError('DEADLINE_EXCEEDED', {});
      const tokens = feeds.input_ids ?? feeds.decoder_input_ids;
      usage.tokens += tokens?.data.length ?? 0;
      usage.batch = Math.max(usage.batch, 1);
      return work();
    });
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    run: (feeds, wanted) => inTime(feeds, () => session.run(feeds, wanted)),
    runForOne: (feeds, wanted) => inTime(feeds, () => session.runForOne(feeds, wanted)),
  };
}

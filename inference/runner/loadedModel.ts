import path from 'node:path';
import { compiledGraph } from '../../config/compiledModels.js';
import { HubError } from '../../config/errors.js';
import { compileSnapshot } from '../compile/index.js';
import { floatTensor } from '../pipelines/floatTensor.js';
import type { Model, ModelGraph, ModelSettings, Tensor, TextTokenizer } from '../pipelines/model.js';
import { readTokenizer } from '../tokenizers/readTokenizer.js';
import { type Feeds, inputFeeds } from './feeds.js';
import { GraphSession } from './graphSession.js';
import { graphFilesOf } from './graphs.js';
import { maxLengthOf, modelConfigOf } from './modelConfig.js';
import { readSnapshotJson, readSnapshotText, unavailable } from './modelFiles.js';
import { readSentenceModules } from './sentenceModules.js';

/** A model in this thread's memory. */
export interface LoadedModel {
  /** The model for one call, whose runs end at `deadline` (milliseconds, `performance.now()`). */
  forCall(deadline: number): Model;
  release(): Promise<void>;
}

/**
 * Reads a snapshot and opens a graph of it, or those that are compiled from its checkpoint, with ONNX Runtime on the CPU.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export async function loadModel(folder: string, graph: string, intraOpThreads: number): Promise<LoadedModel> {
  const settings = await readSettings(folder);
  const sentence = await readSentenceModules(folder);
  const tokenizer = await tokenizerOrReason(folder, settings);
  const sessions = await openSessions(folder, graph, intraOpThreads);
  const text = textGraph(sessions, settings);
  const parts = {
    config: modelConfigOf(settings.config),
    settings,
    maxLength: maxLengthOf(settings.config, settings.tokenizer),
    sentence,
    file: (name: string) => readSnapshotText(folder, path.basename(name)),
  };
  return {
    forCall: (deadline) => {
      const graphs = new Map([...sessions].map(([name, session]) => [name, timed(session, deadline)]));
      return {
        ...parts,
        get tokenizer() {
          if (tokenizer instanceof HubError) throw tokenizer;
          return tokenizer;
        },
        graph: (name) => graphs.get(name) ?? null,
        async run(encoding) {
          const { name, feedsOf } = text();
          const outputs = await graphs.get(name)!.run(feedsOf(encoding));
          return new Map([...outputs].flatMap(([output, tensor]) => named(output, floatTensor(tensor))));
        },
      };
    },
    release: async () => {
      for (const session of sessions.values()) await session.release();
    },
  };
}

function named(name: string, tensor: Tensor | null): readonly (readonly [string, Tensor])[] {
  return tensor ? [[name, tensor]] : [];
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

/** The graph that text encoders are run with, looked at when it is first asked for: others take no encoding. */
function textGraph(sessions: ReadonlyMap<string, GraphSession>, { config }: ModelSettings): () => TextGraph {
  let found: TextGraph | null = null;
  return () => {
    const name = ['model', 'encoder_model'].find((one) => sessions.has(one));
    if (name === undefined) throw unavailable('it has no graph that reads a text');
    found ??= { name, feedsOf: inputFeeds(sessions.get(name)!.inputs, config) };
    return found;
  };
}

interface TextGraph {
  readonly name: string;
  readonly feedsOf: Feeds;
}

function timed(session: GraphSession, deadline: number): ModelGraph {
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    async run(feeds, wanted) {
      if (performance.now() > deadline) throw new HubError('DEADLINE_EXCEEDED', {});
      return session.run(feeds, wanted);
    },
  };
}

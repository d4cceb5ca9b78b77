import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { compiledGraph } from '../../../config/compiledModels.js';
import type { DataFolder } from '../../../config/dataFolder.js';
import { HubError } from '../../../config/errors.js';
import type { Log } from '../../../config/log.js';
import type { Options } from '../../../config/options.js';
import { sweepInt8Files } from '../../../inference/quantise/int8Files.js';
import { searchInt8 } from '../../../inference/quantise/int8Search.js';
import type { Inference, Int8Graph, Int8Result, Snapshot } from '../../../inference/types.js';
import type { RepoRow } from '../../accounts/types.js';
import { requireFreeDisk } from '../../storage/freeDisk.js';
import type { Int8Records } from '../records/int8Records.js';

type Wish = Pick<RepoRow, 'int8'>;

/** Which models answer in int8. */
export interface Int8Graphs {
  /** What runs in place of the model's compiled graph; null = that itself. */
  graphOf(row: Wish, snapshotKey: string): Int8Graph | null;
  /** What its page says; null where nobody wants int8. */
  stateOf(row: Wish, snapshotKey: string): Int8State | null;
  /** The compiled graph of a model has answered: where int8 is wanted and nothing is known, a search begins when its turn comes. */
  noticed(row: Wish, snapshot: Snapshot): void;
  /** The graph could not be run: it is not used any more. */
  failed(snapshot: Snapshot, reason: string): void;
  /** A search that found nothing may be made again. */
  forgetFailure(snapshotKey: string): void;
  /** Ends a search that runs; the next call after a start begins it anew. */
  close(): Promise<void>;
}

export type Int8State = Int8Result | 'searching' | 'waiting';

export interface Int8Options {
  readonly options: Options['inference'];
  readonly storage: Parameters<typeof requireFreeDisk>[0];
  readonly data: DataFolder;
  readonly log: Log;
  readonly inference: Pick<Inference, 'load' | 'retire'>;
  readonly records: Int8Records;
  /** Hears that a model answers in int8 from now on. */
  readonly onReady: (snapshot: Snapshot) => void;
  /** The program that searches; tests have their own. */
  readonly entry?: URL;
}

/** Large models take minutes on an idle machine; on a busy one a search has only what the others leave. */
const deadlineMs = 30 * 60_000;
const maxWaiting = 1000;

/** Searches for int8 graphs in the background, one model after the other, and remembers what was found. */
export function int8Graphs(parts: Int8Options): Int8Graphs {
  const { options, storage, data, log, inference, records, onReady, entry } = parts;
  const waiting = new Map<string, Snapshot>();
  const stop = new AbortController();
  const stopped = new Promise<null>((resolve) => stop.signal.addEventListener('abort', () => resolve(null)));
  let searching: string | null = null;
  let running: Promise<void> = sweep();

  const folderOf = (key: string): string => path.join(data.snapshots, key);
  const isWanted = ({ int8 }: Wish): boolean => int8 ?? options.int8;

  /** A graph goes with its folder, when nobody asked for the model for long. */
  function known(key: string): Int8Result | null {
    const result = records.get(key);
    return result?.file && !existsSync(path.join(folderOf(key), result.file)) ? null : result;
  }

  /** A hub that was killed left what its search had written. */
  async function sweep(): Promise<void> {
    for (const key of await readdir(data.snapshots).catch(() => []))
      if (!stop.signal.aborted) await sweepInt8Files(folderOf(key), records.get(key)?.file ?? null);
  }

  async function search(snapshot: Snapshot): Promise<void> {
    const { key, folder, model } = snapshot;
    if (stop.signal.aborted || known(key)) return;
    await requireFreeDisk(storage);
    await sweepInt8Files(folder, null);
    const { int8Cosine: leastCosine, memoryBytes } = options;
    const found = await searchInt8({ folder, leastCosine, memoryBytes, log, entry, deadlineMs, signal: stop.signal });
    const result = found?.file ? await loaded(snapshot, found) : found;
    if (!result) return;
    records.set(key, model, result);
    log.info('searched for int8', { model, ...result });
    if (!result.file) return;
    inference.retire(key, compiledGraph);
    onReady(snapshot);
  }

  /** Loaded before it is used, so that no call waits for it, and a graph that cannot be loaded is never used. Null when the hub closes. */
  async function loaded(snapshot: Snapshot, found: Int8Graph): Promise<Int8Result | null> {
    try {
      const load = inference.load({ snapshot, graph: found.file }).then(() => found);
      return await Promise.race([load, stopped]);
    } catch (error) {
      // What is not the graph's fault is the next call's to meet.
      if (!(error instanceof HubError) || error.code !== 'INFERENCE_UNAVAILABLE') return found;
      await sweepInt8Files(snapshot.folder, null);
      return { file: null, reason: `its int8 graph could not be loaded: ${error.message}` };
    }
  }

  function begin(): void {
    running = running.then(async () => {
      const [snapshot] = waiting.values();
      if (!snapshot) return;
      waiting.delete(snapshot.key);
      searching = snapshot.key;
      await search(snapshot).catch((error: unknown) =>
        log.warn('no int8 graph could be searched for', { model: snapshot.model, error }),
      );
      searching = null;
    });
  }

  return {
    graphOf(row, key) {
      const result = isWanted(row) ? known(key) : null;
      return result?.file ? result : null;
    },
    stateOf(row, key) {
      if (!isWanted(row)) return null;
      return known(key) ?? (searching === key ? 'searching' : 'waiting');
    },
    noticed(row, snapshot) {
      const { key } = snapshot;
      if (stop.signal.aborted || !isWanted(row) || searching === key || waiting.has(key) || known(key)) return;
      if (waiting.size >= maxWaiting) return;
      waiting.set(key, snapshot);
      begin();
    },
    failed({ key, model }, reason) {
      log.error('an int8 graph is not used any more', { model, reason });
      records.set(key, model, { file: null, reason: `its int8 graph failed: ${reason}`.slice(0, 500) });
    },
    forgetFailure(key) {
      if (!records.get(key)?.file) records.remove(key);
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}

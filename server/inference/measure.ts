import { setTimeout as wait } from 'node:timers/promises';
import type { RepoRef } from '../../config/repo.js';
import { repoId, repoKey } from '../../config/repo.js';
import type { InferenceAnswer } from '../../inference/types.js';
import type { Measurement } from '../accounts/types.js';
import { copyFacts } from '../maintenance/repoFacts.js';
import type { Services } from '../services.js';
import { inferenceAvailability } from './availability.js';
import { type ExampleQuestion, exampleQuestions } from './exampleQuestions.js';
import { isSameAnswer } from './sameAnswer.js';
import { servedGraph } from './servedGraph.js';

const calls = 12;
/** Calls of slow models are fewer. */
const longestMs = 20_000;
const maxQuoted = 5;
const lookMs = 1000;
/** A push is mostly followed by another, or by its pusher's own call. */
const settleMs = 3000;

export interface Measuring {
  /** A head of this repository was indexed: a new one, or the same again. */
  noticed(repo: RepoRef, isNew: boolean): void;
  close(): Promise<void>;
}

/**
 * Runs each model once after its push, when nothing else runs: load, some calls with one example, memory, and the answers
 * that its card quotes. The first load also has its compiled graph compared with the referee.
 */
export function startMeasuring(services: Services): Measuring {
  const { log, inference, options } = services;
  const waiting = new Map<string, { readonly repo: RepoRef; readonly sinceMs: number }>();
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  let isBusy = false;

  async function look(): Promise<void> {
    const [key, next] = waiting.entries().next().value ?? [];
    const stats = inference.stats();
    const isIdle = stats.ready && stats.running === 0 && stats.waiting === 0;
    if (!key || !next || !isIdle || Date.now() - next.sinceMs < settleMs) return;
    waiting.delete(key);
    await measure(services, next.repo, () => isClosed).catch((error: unknown) =>
      log.info('a model could not be measured', { model: repoId(next.repo), reason: (error as Error).message }),
    );
  }

  const timer = setInterval(() => {
    if (isBusy || isClosed) return;
    isBusy = true;
    running = look().finally(() => {
      isBusy = false;
    });
  }, lookMs).unref();

  return {
    noticed(repo) {
      if (options.inference.enabled && options.inference.measure && repo.kind === 'model')
        waiting.set(repoKey(repo), { repo, sinceMs: Date.now() });
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await Promise.race([running, wait(lookMs, undefined, { ref: false })]);
    },
  };
}

async function measure(services: Services, repo: RepoRef, isClosed: () => boolean): Promise<void> {
  const { catalog, index, inference } = services;
  const row = catalog.find(repo.kind, repo.owner, repo.name);
  const record = index.get(repo)?.record ?? null;
  if (!row || !record) return;
  const availability = inferenceAvailability(services, row, record);
  if (!availability.available) return;
  const snapshot = await services.snapshot(row.ref, record.commit);
  const { task } = availability;
  const { graph } = servedGraph(services, row, record, snapshot.key, { task });
  if (isOf(catalog.measurement(row.id), snapshot.key, graph)) return;
  const questions = await exampleQuestions(services, row, record, task);
  const ask = ({ inputs, parameters }: ExampleQuestion): Promise<InferenceAnswer> =>
    inference.answer({
      snapshot,
      task,
      inputs,
      parameters: { ...record.inferenceParameters, ...parameters },
      ...(graph && { graph }),
      load: 'wait',
    });
  const [example] = questions;
  if (!example) return;
  const first = await ask(example);
  const { times, tokensPerSecond } = await timed(services, () => ask(example), isClosed);
  const measurement: Measurement = {
    snapshot: snapshot.key,
    graph,
    task,
    computeType: first.computeType,
    loadMs: first.loadMs,
    ...percentiles(times),
    calls: times.length,
    bytes: inference.stats().models.find(({ key }) => key === snapshot.key)?.bytes ?? 0,
    tokensPerSecond,
    cardExamples: await quotedAnswers(questions, ask),
  };
  catalog.setMeasurement(row.id, measurement);
  copyFacts(services, row);
}

/** Whether it was made with these files and this graph of them. */
export function isOf(measurement: Measurement | null, snapshotKey: string | null, graph: string | null): boolean {
  // Older ones do not say their graph.
  return measurement?.snapshot === snapshotKey && (measurement?.graph ?? graph) === graph;
}

/** Milliseconds of calls one after the other, and the tokens that the runner counted meanwhile. */
async function timed(
  { inference }: Pick<Services, 'inference'>,
  call: () => Promise<InferenceAnswer>,
  isClosed: () => boolean,
): Promise<{ times: readonly number[]; tokensPerSecond: number | null }> {
  const times: number[] = [];
  const began = performance.now();
  const tokensBefore = inference.stats().service.tokens;
  while (times.length < calls && performance.now() - began < longestMs && !isClosed())
    times.push((await call()).computeMs);
  const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1000;
  const tokens = inference.stats().service.tokens - tokensBefore;
  return { times, tokensPerSecond: tokens > 0 && seconds > 0 ? tokens / seconds : null };
}

function percentiles(times: readonly number[]): Pick<Measurement, 'medianMs' | 'slowMs'> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { medianMs: at(0.5), slowMs: at(0.95) };
}

async function quotedAnswers(
  questions: readonly ExampleQuestion[],
  ask: (question: ExampleQuestion) => Promise<InferenceAnswer>,
): Promise<Measurement['cardExamples']> {
  let [asked, equal] = [0, 0];
  for (const question of questions.filter(({ output }) => output !== undefined).slice(0, maxQuoted)) {
    const same = isSameAnswer(question.output, (await ask(question)).output);
    if (same === null) continue;
    asked += 1;
    if (same) equal += 1;
  }
  return { asked, equal };
}

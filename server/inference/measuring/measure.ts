import { setTimeout as wait } from 'node:timers/promises';
import type { RepoRef } from '../../../config/repo.js';
import { repoId, repoKey } from '../../../config/repo.js';
import { wavSeconds } from '../../../inference/audio/wavWriter.js';
import { codeVersion } from '../../../inference/codeVersion.js';
import type { InferenceAnswer } from '../../../inference/types.js';
import type { Measurement } from '../../accounts/types.js';
import { copyFacts } from '../../maintenance/repoFacts.js';
import type { Services } from '../../services.js';
import { inferenceAvailability } from '../graphs/availability.js';
import { noteReadiness } from '../graphs/readiness.js';
import { servedGraph } from '../graphs/servedGraph.js';
import { ask, type Trial, tryToRun } from '../graphs/tryToRun.js';
import type { ExampleQuestion } from './exampleQuestions.js';
import { heldBytes } from './heldBytes.js';
import { measurementOf } from './measurementOf.js';
import { isSameAnswer } from './sameAnswer.js';

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

interface Waiting {
  readonly repo: RepoRef;
  /** Its head is another one than before. */
  readonly isNew: boolean;
  readonly sinceMs: number;
}

/**
 * Runs each model once after its push, when nothing else runs: load, some calls with one example, memory, and the answers
 * that its card quotes. The first load also has its compiled graph compared with the referee. A graph that does not run is
 * taken out of the record, with its reason.
 */
export function startMeasuring(services: Services): Measuring {
  const { log, inference, options } = services;
  const waiting = new Map<string, Waiting>();
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  let isBusy = false;

  async function look(): Promise<void> {
    const [key, next] = waiting.entries().next().value ?? [];
    const stats = inference.stats();
    const isIdle = stats.ready && stats.running === 0 && stats.waiting === 0;
    if (!key || !next || !isIdle || Date.now() - next.sinceMs < settleMs) return;
    waiting.delete(key);
    await measure(services, next, () => isClosed).catch((error: unknown) =>
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
    noticed(repo, isNew) {
      if (options.inference.enabled && options.inference.measure && repo.kind === 'model')
        waiting.set(repoKey(repo), {
          repo,
          isNew: isNew || waiting.get(repoKey(repo))?.isNew === true,
          sinceMs: Date.now(),
        });
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await Promise.race([running, wait(lookMs, undefined, { ref: false })]);
    },
  };
}

async function measure(services: Services, { repo, isNew }: Waiting, isClosed: () => boolean): Promise<void> {
  const { catalog, index } = services;
  const row = catalog.find(repo.kind, repo.owner, repo.name);
  const record = index.get(repo)?.record ?? null;
  const task = record?.pipelineTag;
  if (!row || !record || !task) return;
  const snapshot = await services.snapshot(row.ref, record.commit);
  const trial = { repo, row, record, snapshot, task };
  const availability = inferenceAvailability(services, row, record);
  if (!availability.available && availability.kind === 'off') return;
  if (isNew && (await lookAgain(services, trial))) return;
  const graph = availability.available ? servedGraph(services, row, record, snapshot.key, { task }).graph : null;
  if (graph === null || measurementOf(catalog, row, snapshot.key, graph)) return;
  await measureGraph(services, { ...trial, graph }, isClosed);
}

/** Tries again what did not run before, after a push that changed none of its files. @returns whether something runs now */
async function lookAgain(services: Services, trial: Omit<Trial, 'graph'>): Promise<boolean> {
  const { row, repo, snapshot } = trial;
  let isBetter = false;
  for (const problem of services.runProblems.of(snapshot.key, codeVersion())) {
    const { finding } = await tryToRun(services, { ...trial, task: problem.task ?? trial.task, graph: problem.graph });
    if (finding && (problem.task !== null || finding.task === null)) continue;
    services.runProblems.forget(row.id, problem);
    isBetter = true;
  }
  if (isBetter) await services.indexer.reindex(repo);
  return isBetter;
}

async function measureGraph(services: Services, trial: Trial, isClosed: () => boolean): Promise<void> {
  const { row, repo, record, snapshot, task, graph } = trial;
  const { finding, loadMs, questions, first, example } = await tryToRun(services, trial);
  if (finding) {
    services.log.warn('a model does not run', { model: repoId(repo), graph, ...finding });
    // A graph that the hub made beside those of the record says nothing of them.
    if (!record.graphs.some(({ path }) => path === graph)) return;
    services.runProblems.add(row.id, snapshot.key, codeVersion(), { graph, ...finding });
    await services.indexer.reindex(repo);
    return;
  }
  if (!first || !example) return;
  const { times, tokensPerSecond, soundPerSecond } = await timed(
    services,
    () => ask(services, trial, example),
    isClosed,
  );
  services.catalog.setMeasurement(row.id, {
    snapshot: snapshot.key,
    graph,
    task,
    computeType: first.computeType,
    loadMs,
    ...percentiles(times),
    calls: times.length,
    bytes: heldBytes(services, snapshot.key),
    tokensPerSecond: soundPerSecond === null ? tokensPerSecond : null,
    soundPerSecond,
    cardExamples: await quotedAnswers(questions, (question) => ask(services, trial, question)),
  });
  copyFacts(services, row);
  await noteReadiness(services, row.ref);
}

/** Milliseconds of calls one after the other; the tokens that the runner counted meanwhile, and the sound that was made. */
async function timed(
  { inference }: Pick<Services, 'inference'>,
  call: () => Promise<InferenceAnswer>,
  isClosed: () => boolean,
): Promise<{ times: readonly number[] } & Pick<Measurement, 'tokensPerSecond' | 'soundPerSecond'>> {
  const times: number[] = [];
  let soundSeconds = 0;
  const began = performance.now();
  const tokensBefore = inference.stats().service.tokens;
  while (times.length < calls && performance.now() - began < longestMs && !isClosed()) {
    const { computeMs, output } = await call();
    times.push(computeMs);
    soundSeconds += wavSeconds(output);
  }
  const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1000;
  const tokens = inference.stats().service.tokens - tokensBefore;
  const rate = (amount: number) => (amount > 0 && seconds > 0 ? amount / seconds : null);
  return { times, tokensPerSecond: rate(tokens), soundPerSecond: rate(soundSeconds) };
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

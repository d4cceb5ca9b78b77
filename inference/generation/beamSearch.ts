import { topIndices } from '../pipelines/numbers.js';
import { type Decoder, type NextScores, rowOf } from './decoder.js';
import type { Random } from './random.js';
import { banned, logSoftmax } from './scores.js';
import type { Chosen, Search, Sequence } from './search.js';
import type { GenerationSettings } from './settings.js';
import { type FinishReason, finishOf, throwIfLeft } from './stopping.js';

type BeamSettings = Pick<
  GenerationSettings,
  'num_beams' | 'num_return_sequences' | 'length_penalty' | 'early_stopping'
>;

/** A sequence that is being made. */
interface Beam {
  readonly ids: readonly number[];
  readonly tokens: readonly Chosen[];
  /** Sum of the logarithms of its tokens' probabilities, as the rules left them. */
  readonly score: number;
}

/** A beam with one more token, before it is known whether it goes on. */
interface Candidate extends Beam {
  /** The row of the scores that it comes from. */
  readonly source: number;
  readonly finish: FinishReason | null;
}

interface Finished {
  readonly beam: Candidate;
  /** The score divided by a power of the length. */
  readonly score: number;
}

/**
 * DESIGN: beam search as Python has it, for one input.
 *
 * Of all beams' continuations the best K are looked at, K = beams × (1 + end tokens), at least twice the beams: so many that as
 * many beams as wanted still go on when all end tokens are among them. The best of those that do not end go on. Those that end
 * count only when they are among the first `beams` of the K; the best `beams` of all that ended are kept. The search is over
 * when every kept place is taken and no running beam can get better (by `early_stopping`: true = at once, false = by its score at
 * the present length, 'never' = by the best score that it could reach), or when nothing goes on.
 */
export async function beamSearch(
  decoder: Decoder,
  prompt: readonly number[],
  settings: BeamSettings,
  search: Search,
): Promise<Sequence[]> {
  const { num_beams, num_return_sequences } = settings;
  const { endIds } = search.stopping;
  const looked = Math.max(2, 1 + endIds.length) * num_beams;
  let beams: readonly Beam[] = [{ ids: prompt, tokens: [], score: 0 }];
  let scores = await decoder.begin(prompt);
  let finished: readonly Finished[] = [];
  for (;;) {
    throwIfLeft(search.signal);
    const candidates = await bestContinuations(beams, scores, looked, prompt.length, search);
    const length = beams[0]!.ids.length + 1 - prompt.length;
    const ended = candidates.slice(0, num_beams).filter(({ finish }) => finish !== null);
    const newlyFinished = ended.map((beam) => ({ beam, score: beam.score / length ** settings.length_penalty }));
    finished = [...finished, ...newlyFinished].sort((a, b) => b.score - a.score).slice(0, num_beams);
    const running = candidates
      .filter(({ finish }) => finish === null)
      .sort((a, b) => b.score - a.score)
      .slice(0, num_beams);
    if (running.length === 0 || isOver(running[0]!, finished, length, prompt.length, settings, search)) break;
    beams = running;
    scores = await decoder.next(
      running.map(({ source }) => source),
      running.map(({ ids }) => ids.at(-1)!),
    );
  }
  return finished
    .slice(0, num_return_sequences)
    .map(({ beam }) => ({ tokens: beam.tokens, finish: beam.finish ?? 'length' }));
}

function isOver(
  best: Beam,
  finished: readonly Finished[],
  length: number,
  promptLength: number,
  { num_beams, early_stopping, length_penalty }: BeamSettings,
  { stopping }: Search,
): boolean {
  if (finished.length < num_beams) return false;
  if (early_stopping === true) return true;
  const isPatient = early_stopping === 'never' && length_penalty > 0;
  const hopedLength = isPatient ? stopping.maxLength - promptLength : length;
  return best.score / hopedLength ** length_penalty <= finished.at(-1)!.score;
}

async function bestContinuations(
  beams: readonly Beam[],
  scores: NextScores,
  count: number,
  promptLength: number,
  search: Search,
): Promise<Candidate[]> {
  const { vocabulary } = scores;
  const all = new Float32Array(beams.length * vocabulary);
  const raw: Float32Array[] = [];
  for (const [row, { ids, score }] of beams.entries()) {
    const logs = logSoftmax(Float32Array.from(rowOf(scores, row)));
    raw.push(Float32Array.from(logs));
    for (const rule of search.rules) rule(ids, logs);
    for (let i = 0; i < vocabulary; i++) all[row * vocabulary + i] = logs[i]! + score;
  }
  const candidates: Candidate[] = [];
  for (const index of search.random ? drawnIndices(all, count, search.random) : topIndices(all, count)) {
    const score = all[index]!;
    // Fewer tokens than places may be left by the rules.
    if (score === banned || Number.isNaN(score)) continue;
    const source = Math.floor(index / vocabulary);
    const id = index % vocabulary;
    const ids = [...beams[source]!.ids, id];
    candidates.push({
      ids,
      tokens: [...beams[source]!.tokens, { id, logprob: raw[source]![id]! }],
      score,
      source,
      finish: await finishOf(ids, promptLength, search.stopping),
    });
  }
  return candidates;
}

/**
 * Indices drawn without putting back, by the probabilities that the scores stand for: the greatest of the scores with Gumbel
 * noise, in their order.
 */
function drawnIndices(scores: Float32Array, count: number, random: Random): number[] {
  const noisy = Float64Array.from(scores, (score) =>
    score === banned ? banned : score - Math.log(-Math.log(Math.max(random(), Number.MIN_VALUE))),
  );
  return topIndices(noisy, count);
}

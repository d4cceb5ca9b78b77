import type { HubError } from '../../config/errors.js';
import type { InferenceAnswer } from '../types.js';
import type { CallMessage, StuckThread } from './messages.js';

/*
 * DESIGN: the states of a call. Only `load` and `run` can hang or end the runner; they alone make a model a suspect.
 *
 *   open ─► held ──send──► sent ──a thread takes it──► load ──► run ──answer or failure──► gone
 *            ▲               │     (no load when the model is there)      │
 *            └── the runner ended ──────────────────────────┴─────────────┘
 *
 * held  the hub has it: the runner is not ready, or a call goes alone
 * sent  waits in the runner for a thread
 * run   is told by the runner; a call that finds it empty and its model loaded (`isLone`) is there at once: being told would
 *       wake the hub while the model computes, on a core that the model uses
 *
 * When the runner ends, every open call whose caller still waits is held again:
 * - one that had begun is asked again once (`wasAskedAgain`); the next time it fails with RUNNER_LOST. After a crash it
 *   goes `alone`: nothing else is in the runner with it, so a further crash has one culprit;
 * - one whose caller has heard a part of the answer (`hasEmitted`) fails with RUNNER_LOST;
 * - one that waited has done nothing. Where the hub killed the runner because of a hung call, the wait was that call's
 *   fault, and begins again, once (`waitedAgain`).
 * A model that struck twice is quarantined, and its calls fail.
 *
 * Deadlines: held and sent end at the deadline, but not while a run is about to be ended (`waitsForKill`); a run at the
 * deadline and a grace, a load at its own. A run that is late kills the runner when its thread is stuck, and the model
 * whose native code keeps the thread is the culprit, not those that share it; a thread that still beats is only told that
 * the caller left, and has as long again to end the call.
 *
 * A call whose caller has his answer (`isSettled`: left, late) is gone from held at once; from the other states when
 * the runner tells its end, since it may still hang.
 */

type Phase = 'held' | 'sent' | 'load' | 'run';

interface Settle {
  readonly resolve: (answer: InferenceAnswer) => void;
  readonly reject: (error: HubError) => void;
}

/** What a caller wants to be told while he waits. */
interface Ears {
  /** Hears the parts of the answer. */
  readonly onEvent: ((event: unknown) => void) | undefined;
  /** Hears the call's place among those that wait. */
  readonly onPlace: ((place: number) => void) | undefined;
}

/** A call between its arrival and the last that the runner says of it. */
export interface OpenCall {
  readonly id: number;
  readonly question: Omit<CallMessage, 'type' | 'id' | 'isLone'>;
  readonly openedAt: number;
  readonly settle: Settle;
  readonly ears: Ears;
  /** The place that its caller was told; null = none yet. */
  place: number | null;
  /** Its caller has heard a part of the answer, so that it cannot be asked again. */
  hasEmitted: boolean;
  phase: Phase;
  /** When it began to wait, to load or to run. */
  phaseSince: number;
  /** Its caller has been answered; it stays open while a thread works on it, since that may still hang. */
  isSettled: boolean;
  wasAskedAgain: boolean;
  /** It was given a second wait. */
  waitedAgain: boolean;
  /** Goes to the runner only when nothing else is there. */
  alone: boolean;
  onSettled: () => void;
}

/** A call that does not end. */
interface HungCall {
  readonly call: OpenCall;
  /** Key of the snapshot whose code keeps its thread. */
  readonly culprit: string;
}

/** A run may overstep its deadline by so much: it looks at the clock itself between two sequences. */
const longestGraceMs = 1000;
/** In deadlines: so long waits a call behind a run that began a little after the wait, when its model was loaded. */
const longestWait = 1.25;
/** Most calls are taken at once: their callers need not be told of a place. */
const placeToldAfterMs = 400;

/** The open calls of a hub, in the order they came. */
export class OpenCalls {
  readonly #deadlineMs: number;
  readonly #loadDeadlineMs: number;
  readonly #calls = new Map<number, OpenCall>();
  #stuck: readonly StuckThread[] = [];
  #lastId = 0;
  #onDrained: () => void = () => {};

  constructor({ deadlineMs, loadDeadlineMs }: { readonly deadlineMs: number; readonly loadDeadlineMs: number }) {
    this.#deadlineMs = deadlineMs;
    this.#loadDeadlineMs = loadDeadlineMs;
  }

  [Symbol.iterator](): Iterator<OpenCall> {
    return this.#calls.values();
  }

  open(question: OpenCall['question'], { resolve, reject }: Settle, ears: Ears): OpenCall {
    const now = performance.now();
    this.#lastId += 1;
    const call: OpenCall = {
      id: this.#lastId,
      question,
      openedAt: now,
      settle: {
        resolve: (answer) => this.#finish(call, () => resolve(answer)),
        reject: (error) => this.#finish(call, () => reject(error)),
      },
      ears,
      place: null,
      hasEmitted: false,
      phase: 'held',
      phaseSince: now,
      isSettled: false,
      wasAskedAgain: false,
      waitedAgain: false,
      alone: false,
      onSettled: () => {},
    };
    this.#calls.set(call.id, call);
    return call;
  }

  /** Removes a call that is over; undefined when it is unknown. */
  take(id: number): OpenCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    this.#tellIfDrained();
    return call;
  }

  /** Answers the caller with an error. A call that a thread may be working on stays open until the runner tells its end. */
  fail(call: OpenCall, error: HubError): void {
    call.settle.reject(error);
    if (call.phase === 'held') this.take(call.id);
  }

  /** Answers everybody with an error; no process is left that would tell the end of their calls. */
  failAll(error: HubError): void {
    for (const call of this.#calls.values()) call.settle.reject(error);
    this.dropSettled();
  }

  /** Forgets the calls whose callers have been answered. */
  dropSettled(): void {
    for (const call of [...this.#calls.values()]) if (call.isSettled) this.take(call.id);
  }

  /** Brings a part of an answer to the caller, unless he has left. */
  emit(id: number, event: unknown): void {
    const call = this.#calls.get(id);
    if (!call || call.isSettled) return;
    call.hasEmitted = true;
    call.ears.onEvent?.(event);
  }

  /** Tells callers who wait their place in the order they came; turns between callers may bring them up sooner. */
  tellPlaces(now: number): void {
    let place = 0;
    for (const call of this.#calls.values()) {
      if (call.isSettled || hasBegun(call)) continue;
      place += 1;
      if (call.place === place || now - call.openedAt < placeToldAfterMs) continue;
      call.place = place;
      call.ears.onPlace?.(place);
    }
  }

  enterPhase(id: number, phase: 'load' | 'run'): void {
    const call = this.#calls.get(id);
    if (call) Object.assign(call, { phase, phaseSince: performance.now() });
  }

  /** @param isLone nothing keeps it from being run at once */
  markSent(call: OpenCall, isLone: boolean): void {
    if (isLone) this.enterPhase(call.id, 'run');
    else call.phase = 'sent';
  }

  /** Whether nothing is in the runner, and this is the only call that could go there. */
  isOnly(call: OpenCall): boolean {
    return this.#calls.size === 1 && this.#calls.has(call.id);
  }

  /** Back to the hub, after its runner ended. */
  hold(call: OpenCall, isCrash: boolean): void {
    const phaseSince = performance.now();
    if (hasBegun(call)) Object.assign(call, { wasAskedAgain: true, alone: isCrash, phaseSince });
    else if (!isCrash && !call.waitedAgain) Object.assign(call, { waitedAgain: true, phaseSince });
    call.phase = 'held';
  }

  nextToSend(): readonly OpenCall[] {
    const held = [...this.#calls.values()].filter(({ phase }) => phase === 'held');
    if (held.length === 0) return held;
    const inRunner = this.#calls.size - held.length;
    const alone = held.find((call) => call.alone);
    if (alone) return inRunner === 0 ? [alone] : [];
    const isOneAlone = [...this.#calls.values()].some((call) => call.alone && call.phase !== 'held');
    return isOneAlone ? [] : held;
  }

  /** The runner tells which threads are stuck. */
  setStuck(threads: readonly StuckThread[]): void {
    this.#stuck = threads;
  }

  /** Calls whose time is over, and calls that hang on a thread. */
  overdue(now: number): { readonly late: readonly OpenCall[]; readonly hung: readonly HungCall[] } {
    const graceMs = Math.min(longestGraceMs, this.#deadlineMs / 2);
    const waitMs = this.#waitsForKill(now) ? this.#deadlineMs * longestWait + 2 * graceMs : this.#deadlineMs;
    const late: OpenCall[] = [];
    const hung: HungCall[] = [];
    for (const call of this.#calls.values()) {
      const age = now - call.phaseSince;
      const stuck = this.#stuck.find(({ calls }) => calls.includes(call.id));
      const patienceMs = call.phase === 'load' ? this.#loadDeadlineMs : this.#deadlineMs + graceMs;
      const endMs = call.phase === 'load' || stuck ? patienceMs : patienceMs + this.#deadlineMs;
      if (hasBegun(call) && age > endMs) hung.push({ call, culprit: stuck?.key ?? call.question.key });
      else if (!call.isSettled && age > (hasBegun(call) ? patienceMs : waitMs)) late.push(call);
    }
    return { late, hung };
  }

  /** Whether a stuck run is so old that those who wait behind it learn more from its end than from their own deadline. */
  #waitsForKill(now: number): boolean {
    const oldMs = this.#deadlineMs * (2 - longestWait);
    for (const { id, phase, phaseSince } of this.#calls.values())
      if (phase === 'run' && now - phaseSince > oldMs && this.#stuck.some(({ calls }) => calls.includes(id)))
        return true;
    return false;
  }

  hasKey(key: string): boolean {
    for (const call of this.#calls.values()) if (call.question.key === key && !call.isSettled) return true;
    return false;
  }

  /** Calls that wait for a thread and of which this is true. */
  waitingWhere(isMeant: (question: OpenCall['question']) => boolean): number {
    let waiting = 0;
    for (const call of this.#calls.values())
      if (!call.isSettled && !hasBegun(call) && isMeant(call.question)) waiting += 1;
    return waiting;
  }

  counts(): { readonly waiting: number; readonly running: number } {
    let waiting = 0;
    let running = 0;
    for (const call of this.#calls.values()) {
      if (hasBegun(call)) running += 1;
      else if (!call.isSettled) waiting += 1;
    }
    return { waiting, running };
  }

  /** Resolves when nobody waits for an answer. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#tellIfDrained();
    });
  }

  #finish(call: OpenCall, tell: () => void): void {
    if (call.isSettled) return;
    call.isSettled = true;
    call.onSettled();
    tell();
    this.#tellIfDrained();
  }

  #tellIfDrained(): void {
    // The caller of a load alone has gone before it began.
    for (const { isSettled, question } of this.#calls.values()) if (!isSettled && question.request) return;
    this.#onDrained();
  }
}

function hasBegun({ phase }: OpenCall): boolean {
  return phase === 'load' || phase === 'run';
}

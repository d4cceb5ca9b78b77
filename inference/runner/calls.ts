import type { HubError } from '../../config/errors.js';
import type { InferenceAnswer } from '../types.js';
import type { CallMessage } from './messages.js';

type Phase = 'held' | 'sent' | 'load' | 'run';

interface Settle {
  readonly resolve: (answer: InferenceAnswer) => void;
  readonly reject: (error: HubError) => void;
}

/** A call between its arrival and the last that the runner says of it. */
export interface OpenCall {
  readonly id: number;
  readonly question: Omit<CallMessage, 'type' | 'id'>;
  readonly openedAt: number;
  readonly settle: Settle;
  phase: Phase;
  /** When it began to wait, to load or to run. */
  phaseSince: number;
  /** Its caller has been answered; it stays open while a thread works on it, since that may still hang. */
  isSettled: boolean;
  wasAskedAgain: boolean;
  /** Goes to the runner only when nothing else is there. */
  alone: boolean;
  onSettled: () => void;
}

/** A run may overstep its deadline by so much: it looks at the clock itself between two sequences. */
const longestGraceMs = 1000;

/** The open calls of a hub, in the order they came. */
export class OpenCalls {
  readonly #deadlineMs: number;
  readonly #loadDeadlineMs: number;
  readonly #calls = new Map<number, OpenCall>();
  #lastId = 0;
  #onDrained: () => void = () => {};

  constructor({ deadlineMs, loadDeadlineMs }: { readonly deadlineMs: number; readonly loadDeadlineMs: number }) {
    this.#deadlineMs = deadlineMs;
    this.#loadDeadlineMs = loadDeadlineMs;
  }

  [Symbol.iterator](): Iterator<OpenCall> {
    return this.#calls.values();
  }

  open(question: OpenCall['question'], { resolve, reject }: Settle): OpenCall {
    const now = performance.now();
    this.#lastId += 1;
    const call: OpenCall = {
      id: this.#lastId,
      question,
      openedAt: now,
      settle: {
        resolve: (answer) => finish(call, () => resolve(answer)),
        reject: (error) => finish(call, () => reject(error)),
      },
      phase: 'held',
      phaseSince: now,
      isSettled: false,
      wasAskedAgain: false,
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
    if (this.#calls.size === 0) this.#onDrained();
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

  enterPhase(id: number, phase: 'load' | 'run'): void {
    const call = this.#calls.get(id);
    if (call) Object.assign(call, { phase, phaseSince: performance.now() });
  }

  markSent(call: OpenCall): void {
    call.phase = 'sent';
  }

  /** Back to the hub, after its runner ended: one that had begun is asked again once, and alone after a crash. */
  hold(call: OpenCall, isCrash: boolean): void {
    const hadBegun = call.phase === 'load' || call.phase === 'run';
    if (hadBegun) Object.assign(call, { wasAskedAgain: true, alone: isCrash, phaseSince: performance.now() });
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

  /** Calls that waited too long, and calls that hang on a thread. */
  overdue(now: number): { readonly late: readonly OpenCall[]; readonly hung: readonly OpenCall[] } {
    const graceMs = Math.min(longestGraceMs, this.#deadlineMs / 2);
    const late: OpenCall[] = [];
    const hung: OpenCall[] = [];
    for (const call of this.#calls.values()) {
      const age = now - call.phaseSince;
      if (call.phase === 'run' && age > this.#deadlineMs + graceMs) hung.push(call);
      else if (call.phase === 'load' && age > this.#loadDeadlineMs) hung.push(call);
      else if ((call.phase === 'held' || call.phase === 'sent') && age > this.#deadlineMs && !call.isSettled)
        late.push(call);
    }
    return { late, hung };
  }

  hasKey(key: string): boolean {
    for (const call of this.#calls.values()) if (call.question.key === key && !call.isSettled) return true;
    return false;
  }

  counts(): { readonly waiting: number; readonly running: number } {
    let waiting = 0;
    let running = 0;
    for (const { phase, isSettled } of this.#calls.values()) {
      if (phase === 'load' || phase === 'run') running += 1;
      else if (!isSettled) waiting += 1;
    }
    return { waiting, running };
  }

  /** Resolves when no call is open. */
  drained(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }
}

function finish(call: OpenCall, tell: () => void): void {
  if (call.isSettled) return;
  call.isSettled = true;
  call.onSettled();
  tell();
}

import { failureOf } from '../runner/failure.js';
import type { Failure } from '../runner/messages.js';
import type { Verdict } from '../types.js';
import { verifySnapshot } from './index.js';

export type VerifyReply =
  | { readonly ok: true; readonly verdict: Verdict | null }
  | { readonly ok: false; readonly failure: Failure };

/** The code of the referee's thread: compares the compiled graph of a snapshot. It never rejects. */
export default async function perform(folder: string): Promise<VerifyReply> {
  try {
    return { ok: true, verdict: await verifySnapshot(folder) };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

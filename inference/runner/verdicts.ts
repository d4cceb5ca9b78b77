import type { Finding, Verdict, VerdictRecords, Verification } from '../types.js';

/** Verdicts that end with the hub. */
export function verdictsInMemory(): VerdictRecords {
  const verdicts = new Map<string, Finding>();
  return { get: (key) => verdicts.get(key) ?? null, set: (key, _, verdict) => void verdicts.set(key, verdict) };
}

export function verificationOf(verdict: Finding | null): Verification {
  if (verdict === null) return 'pending';
  if (verdict === 'none') return 'none';
  if (!('problem' in verdict)) return 'verified';
  return verdict.isTooLarge ? 'too-large' : 'failed';
}

/** Why a graph that the referee does not confirm is turned off. */
export function verdictProblem({ worst, maxError, cosine, overflows }: Verdict): string {
  if (overflows) return `its weights are too large: numbers overflow in ${worst}`;
  return (
    `the graph compiled from its weights differs from the second forward pass in ${worst} ` +
    `(largest error ${maxError.toExponential(1)}, cosine ${cosine.toFixed(6)}); add onnx/model.onnx to run it`
  );
}

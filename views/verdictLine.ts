import type { Finding } from '../inference/types.js';

/** What the referee found of a compiled graph, for people; null = it has not spoken yet. */
export function verdictLine(verdict: Finding | null): string {
  if (verdict === null) return 'not yet: a second forward pass follows the first load';
  if (verdict === 'none') return 'no: there is no second forward pass for this architecture';
  if ('problem' in verdict) {
    const why = verdict.isTooLarge ? 'would take more than it may' : 'could not be made';
    return `no: a second forward pass ${why}: ${verdict.problem}`;
  }
  const { maxError, cosine, worst, depth, layers } = verdict;
  const figures = `largest error ${maxError.toExponential(1)}, cosine ${cosine.toFixed(7)}`;
  if (verdict.overflows) return `numbers overflow in ${worst}: its weights are too large`;
  if (!verdict.isEqual) return `differs in ${worst}: ${figures}`;
  const extent = depth === layers ? 'all layers' : `${depth} of ${layers} layers`;
  return `equal to a second forward pass in ${extent}: ${figures}`;
}

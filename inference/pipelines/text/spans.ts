/** Tokens `start` to `end`, both included. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

interface BestSpans {
  readonly spans: readonly Span[];
  /** Probability that there is no answer: the first token (CLS) is start and end. */
  readonly impossible: number;
}

/**
 * The likeliest spans of at most `maxLength` tokens whose ends are allowed, best first. Start and end are softmaxed over
 * the allowed tokens, the CLS token among them, which then cannot be an answer's end itself.
 */
export function bestSpans(
  startLogits: Float32Array,
  endLogits: Float32Array,
  allowed: readonly boolean[],
  { count, maxLength }: { readonly count: number; readonly maxLength: number },
): BestSpans {
  const starts = maskedSoftmax(startLogits, allowed);
  const ends = maskedSoftmax(endLogits, allowed);
  const impossible = (starts[0] ?? 0) * (ends[0] ?? 0);
  starts[0] = 0;
  ends[0] = 0;
  const spans: Span[] = [];
  for (let start = 0; start < allowed.length; start++) {
    if (!allowed[start]) continue;
    const last = Math.min(allowed.length, start + maxLength);
    for (let end = start; end < last; end++) {
      if (allowed[end]) insert(spans, { start, end, score: starts[start]! * ends[end]! }, count);
    }
  }
  return { spans, impossible };
}

/** Keeps the list sorted and at most `count` long; of equals the earlier span stands first. */
function insert(spans: Span[], span: Span, count: number): void {
  if (spans.length === count && span.score <= spans[count - 1]!.score) return;
  let at = spans.length;
  while (at > 0 && spans[at - 1]!.score < span.score) at -= 1;
  spans.splice(at, 0, span);
  if (spans.length > count) spans.pop();
}

/** Softmax in which tokens that are not allowed have the logit -10000, as in Python. */
function maskedSoftmax(logits: Float32Array, allowed: readonly boolean[]): Float64Array {
  const values = Float64Array.from(allowed, (isAllowed, i) => (isAllowed ? logits[i]! : -10_000));
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponents = values.map((value) => Math.exp(value - max));
  const sum = exponents.reduce((a, b) => a + b, 0);
  return exponents.map((value) => value / sum);
}

import type { LinearGroup } from './linearGroups.js';

/** What a plan's answers are beside those of the float32 graph, the worst of several texts. */
export interface Closeness {
  readonly cosine: number;
  /** Whether the highest score is the same everywhere; true where there are no scores. */
  readonly hasSameTop: boolean;
}

/** Tries plans out. A plan is the names of the groups that are int8. */
export interface Measurer {
  closeness(plan: readonly string[], texts: 'calibration' | 'heldBack'): Promise<Closeness>;
  /** How many times as fast as the float32 graph. */
  speed(plan: readonly string[]): Promise<number>;
}

export interface Asked {
  /** No answer may be further from the float32 graph's. */
  readonly leastCosine: number;
}

/** What int8 reached. Without a use, why, and what it would have reached where that was measured. */
export type Int8Verdict =
  | { readonly isUsed: true; readonly plan: readonly string[]; readonly cosine: number; readonly speed: number }
  | { readonly isUsed: false; readonly reason: string; readonly cosine?: number; readonly speed?: number };

/** Held-back texts must be closer by a tenth of what is allowed, since the worst of all texts is not among them. */
const margin = (leastCosine: number): number => (1 - leastCosine) / 10;
/** For less, answers are not made less exact. */
const leastSpeed = 1.1;

/** Groups that are tried behind the first one that was too much. */
const mostFurther = 24;

/**
 * The fastest plan that holds the accuracy: groups go in by the error that each makes alone on the calibration texts, for the
 * time that it saves, as many of them as the held-back texts bear, and then each further one that they bear too.
 */
export async function searchPlan(
  groups: readonly LinearGroup[],
  measurer: Measurer,
  { leastCosine }: Asked,
): Promise<Int8Verdict> {
  const ranked = await byHarm(groups, measurer);
  // A plan is used only if itself it held.
  const tryOut = async (plan: readonly string[]): Promise<Held | null> => {
    const { cosine, hasSameTop } = await measurer.closeness(plan, 'heldBack');
    return hasSameTop && cosine >= leastCosine + margin(leastCosine) ? { plan, cosine } : null;
  };
  const held = await withFurther(ranked, await longest(ranked, tryOut), tryOut);
  if (!held) return { isUsed: false, reason: `no plan holds the cosine ${leastCosine} and the same highest scores` };
  const speed = await measurer.speed(held.plan);
  if (speed >= leastSpeed) return { isUsed: true, ...held, speed };
  return { isUsed: false, reason: `it is only ${speed.toFixed(2)} times as fast`, cosine: held.cosine, speed };
}

/** A plan that holds the accuracy. */
interface Held {
  readonly plan: readonly string[];
  readonly cosine: number;
}

type TryOut = (plan: readonly string[]) => Promise<Held | null>;

/** As many groups from the first on as hold together, where more of them are taken to hold worse; null when there is none. */
async function longest(ranked: readonly string[], tryOut: TryOut): Promise<Held | null> {
  let reached: Held | null = null;
  let [low, high] = [1, ranked.length];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const held = await tryOut(ranked.slice(0, middle));
    if (held) [reached, low] = [held, middle + 1];
    else high = middle - 1;
  }
  return reached;
}

/** The plan with each of the groups behind it that holds as well. */
async function withFurther(ranked: readonly string[], first: Held | null, tryOut: TryOut): Promise<Held | null> {
  let reached = first;
  // The group next to the plan was too much for it.
  const from = (first?.plan.length ?? 0) + 1;
  for (const name of ranked.slice(from, from + mostFurther))
    reached = (await tryOut([...(reached?.plan ?? []), name])) ?? reached;
  return reached;
}

/** Names by the error that each group makes alone, for each multiplication in int8; least first. */
async function byHarm(groups: readonly LinearGroup[], measurer: Measurer): Promise<readonly string[]> {
  const measured: { name: string; harm: number }[] = [];
  for (const { name, cost } of groups) {
    const { cosine } = await measurer.closeness([name], 'calibration');
    // What is no number is the worst.
    measured.push({ name, harm: Number.isFinite(cosine) ? (1 - cosine) / cost : Number.POSITIVE_INFINITY });
  }
  return measured.sort((a, b) => a.harm - b.harm).map(({ name }) => name);
}

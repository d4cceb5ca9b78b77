import type { Int8Graph, Verification } from '../../../inference/types.js';
import { cutTo } from '../../../views/format.js';

/** How far an answer can be trusted. */
export interface Trust {
  /** What the referee says of a compiled graph; null for a pushed one. */
  readonly verification: Verification | null;
  /** What the int8 graph that answered reached; null = another graph answered. */
  readonly int8: Int8Graph | null;
}

/** The headers that say so. */
export function trustHeaders({ verification, int8 }: Trust): Readonly<Record<string, string>> {
  return {
    ...(verification && { 'x-model-verification': verification }),
    ...(int8 && { 'x-model-accuracy': accuracyOf(int8) }),
  };
}

function accuracyOf({ cosine, speed, hasScores, texts }: Int8Graph): string {
  const top = hasScores ? 'top1=equal; ' : '';
  return `int8; cosine=${cutTo(cosine, 5)}; ${top}texts=${texts}; speedup=${speed.toFixed(2)}`;
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { drawn, seededRandom } from '../../../inference/generation/random.js';
import { samplingRules } from '../../../inference/generation/samplingRules.js';
import { logSumOfExponents } from '../../../inference/generation/scores.js';
import { type GenerationSettings, mergedSettings } from '../../../inference/generation/settings.js';

interface Rules {
  readonly before: readonly (number | null)[];
  readonly rows: readonly {
    readonly settings: Partial<GenerationSettings>;
    readonly keep: number;
    readonly after: readonly (number | null)[];
  }[];
}

const scoresOf = (values: readonly (number | null)[]) =>
  Float32Array.from(values, (value) => value ?? Number.NEGATIVE_INFINITY);

describe('rules of drawing at random', () => {
  const file = path.join(projectRoot, 'test', 'fixtures', 'generation', 'rules.json');
  const { before, rows } = JSON.parse(readFileSync(file, 'utf8')) as Rules;
  for (const { settings, keep, after } of rows) {
    it(`${JSON.stringify(settings)}, at least ${keep}, as Python`, () => {
      const scores = scoresOf(before);
      const asked = mergedSettings([{ name: 'parameters', values: { top_k: 0, ...settings } }]);
      for (const rule of samplingRules(asked, keep)) rule([], scores);
      for (const [index, wanted] of scoresOf(after).entries()) {
        if (wanted === Number.NEGATIVE_INFINITY) assert.equal(scores[index], wanted, `token ${index}`);
        else assert.ok(Math.abs(scores[index]! - wanted) < 1e-5, `token ${index}`);
      }
    });
  }

  it('are followed by draws that a seed repeats and that meet the probabilities', () => {
    const scores = scoresOf([Math.log(0.5), null, Math.log(0.3), Math.log(0.2)]);
    const draws = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4000 }, () => drawn(scores, logSumOfExponents(scores), random));
    };
    assert.deepEqual(draws(7), draws(7));
    assert.notDeepEqual(draws(7), draws(8));
    const counts = [0, 0, 0, 0];
    for (const token of draws(7)) counts[token]! += 1;
    assert.equal(counts[1], 0);
    for (const [token, share] of [0.5, 0, 0.3, 0.2].entries())
      assert.ok(Math.abs(counts[token]! / 4000 - share) < 0.03, `token ${token}: ${counts[token]}`);
  });
});

import assert from 'node:assert/strict';
import { choiceRules } from '../../../inference/generation/rules.js';
import { mergedSettings } from '../../../inference/generation/settings.js';

/** Scores of five tokens, all 1, when `tokens` stand there, of which two are the prompt. */
function scoresAfter(tokens: readonly number[], values: Readonly<Record<string, unknown>>): number[] {
  const context = { promptLength: 2, maxLength: 100, endIds: [], encoderTokens: null };
  const scores = new Float32Array(5).fill(1);
  const settings = mergedSettings([{ name: 'parameters', values, isRequest: true }]);
  for (const rule of choiceRules(settings, context)) rule(tokens, scores);
  return [...scores];
}

describe('OpenAI’s rules of choice', () => {
  const cases: readonly [what: string, values: Readonly<Record<string, unknown>>, wanted: readonly number[]][] = [
    [
      'a penalty of frequency counts how often a token was written, not what the prompt has',
      { frequency_penalty: 0.5 },
      [1, 0.5, 1, 0, 1],
    ],
    ['a penalty of presence counts once', { presence_penalty: 0.25 }, [1, 0.75, 1, 0.75, 1]],
    ['both add up, and below zero they are rewards', { frequency_penalty: -1, presence_penalty: 2 }, [1, 0, 1, 1, 1]],
    ['biases are added', { logit_bias: { 0: -100, 4: 2.5 } }, [-99, 1, 1, 1, 3.5]],
    ['zeros change nothing', { frequency_penalty: 0, presence_penalty: 0, logit_bias: {} }, [1, 1, 1, 1, 1]],
  ];
  for (const [what, values, wanted] of cases)
    it(what, () => assert.deepEqual(scoresAfter([0, 1, 3, 1, 3], values), wanted));

  it('a bias of a token that the model does not have is refused', () => {
    assert.throws(
      () => scoresAfter([0, 1], { logit_bias: { 5: 1 } }),
      /parameters.logit_bias: names the token 5, the model has 5/,
    );
    assert.throws(() => scoresAfter([0, 1], { logit_bias: { the: 1 } }), /parameters.logit_bias/);
  });
});

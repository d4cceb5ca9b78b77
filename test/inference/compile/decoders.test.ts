import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedTensor } from '../../../inference/pipelines/model.js';
import type { GraphSession } from '../../../inference/runner/models/graphSession.js';
import {
  type CompiledFixture,
  checkpoints,
  compileFixture,
  emptyPast,
  floats,
  integers,
  pastOf,
  worstDifference,
} from './compiledFixture.js';

/** What test/fixtures/checkpoints/decoders/make_decoders.py writes. */
interface Answers {
  readonly output: 'logits' | 'last_hidden_state' | 'start_logits';
  readonly ids: readonly number[];
  readonly values: readonly number[];
  readonly short: readonly number[];
  readonly short_values: readonly number[];
  /** Scores of the last three tokens, each added to what was remembered of those before. */
  readonly step_values: readonly number[];
  /** `end_logits`, of classes that answer questions. */
  readonly end_values?: readonly number[];
}

/** float32 in another order of sums differs by 6e-6 here; 1e-4 would hide a norm whose epsilon is wrong. */
const tolerance = 2e-5;
const folder = path.join(checkpoints, 'decoders');

describe('compiled decoders', () => {
  for (const name of readdirSync(folder).filter((entry) => !entry.includes('.'))) {
    describe(name, () => {
      const answers = answersOf(name);
      let fixture: CompiledFixture;
      let session: GraphSession;
      before(async () => {
        fixture = await compileFixture(path.join(folder, name));
        session = fixture.sessions.get('model')!;
      });
      after(() => fixture.close());

      it('gives the numbers of Python for a text', async () => {
        const outputs = await session.run(feeds(session, [answers.ids]));
        assertClose(floats(outputs, answers.output), answers.values);
        if (answers.end_values) assertClose(floats(outputs, 'end_logits'), answers.end_values);
      });

      it('gives them in a batch padded on either side', async () => {
        const { ids, short, output } = answers;
        const isSequenceWise = answers.values.length === answers.short_values.length;
        const rows = answers.values.length / (isSequenceWise ? 1 : ids.length);
        for (const side of ['left', 'right'] as const) {
          const numbers = floats(await session.run(feeds(session, [ids, short], side)), output);
          const [first, second] = [numbers.subarray(0, numbers.length / 2), numbers.subarray(numbers.length / 2)];
          assertClose(first, answers.values);
          const start = side === 'left' && !isSequenceWise ? (ids.length - short.length) * rows : 0;
          assertClose(second.subarray(start, start + answers.short_values.length), answers.short_values);
        }
      });

      if (answers.step_values.length === 0) return;
      it('goes on from what it remembers, and gives the scores of the last token alone where asked', async () => {
        const { ids, values, step_values } = answers;
        const words = values.length / ids.length;
        const begun = ids.length - 3;
        let outputs = await session.run(feeds(session, [ids.slice(0, begun)], 'left', 1));
        assert.equal(floats(outputs, 'logits').length, words);
        for (let at = begun; at < ids.length; at++) {
          const next = {
            ...pastOf(outputs),
            input_ids: integers([ids[at]!], [1, 1]),
            attention_mask: integers(Array(at + 1).fill(1), [1, at + 1]),
            position_ids: integers([at], [1, 1]),
            num_logits_to_keep: integers([1], []),
          };
          outputs = await session.run(next);
          const step = at - begun;
          assertClose(floats(outputs, 'logits'), step_values.slice(step * words, (step + 1) * words));
        }
      });
    });
  }
});

function answersOf(name: string): Answers {
  return JSON.parse(readFileSync(path.join(folder, name, 'answers.json'), 'utf8'));
}

function assertClose(got: ArrayLike<number>, want: ArrayLike<number>): void {
  const worst = worstDifference(got, want);
  assert.ok(worst < tolerance, `differs by ${worst}`);
}

/** A batch padded to the longest row; a decoder that remembers begins with nothing. */
function feeds(
  session: GraphSession,
  texts: readonly (readonly number[])[],
  side: 'left' | 'right' = 'left',
  kept = 0,
): Record<string, TypedTensor> {
  const length = Math.max(...texts.map((ids) => ids.length));
  const dims = [texts.length, length];
  const padded = (values: readonly number[], padding: number) => {
    const rest = Array<number>(length - values.length).fill(padding);
    return side === 'left' ? [...rest, ...values] : [...values, ...rest];
  };
  const all: Record<string, TypedTensor> = {
    input_ids: integers(
      texts.flatMap((ids) => padded(ids, paddingId)),
      dims,
    ),
    attention_mask: integers(
      texts.flatMap((ids) =>
        padded(
          ids.map(() => 1),
          0,
        ),
      ),
      dims,
    ),
    position_ids: integers(
      texts.flatMap((ids) =>
        padded(
          ids.map((_, at) => at),
          1,
        ),
      ),
      dims,
    ),
    num_logits_to_keep: integers([kept], []),
    ...emptyPast(session, texts.length),
  };
  return Object.fromEntries(session.inputs.map(({ name }) => [name, all[name]!]));
}

const paddingId = 0;

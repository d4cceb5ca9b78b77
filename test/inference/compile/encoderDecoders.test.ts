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

/** What test/fixtures/checkpoints/encoderDecoders/make_encoder_decoders.py writes. */
interface Answers {
  readonly ids: readonly number[];
  readonly short: readonly number[];
  readonly padding: number;
  readonly decoder_ids?: readonly number[];
  readonly encoder_values: readonly number[];
  readonly encoder_short_values: readonly number[];
  readonly output: 'logits' | 'last_hidden_state' | 'start_logits';
  readonly values: readonly number[];
  readonly short_values: readonly number[];
  /** `end_logits`, of classes that answer questions. */
  readonly end_values?: readonly number[];
}

/** float32 in another order of sums differs by 6e-6 here; 1e-4 would hide a norm whose epsilon is wrong. */
const tolerance = 2e-5;
const folder = path.join(checkpoints, 'encoderDecoders');

describe('compiled encoder-decoders', () => {
  for (const name of readdirSync(folder).filter((entry) => !entry.includes('.'))) {
    const answers = JSON.parse(readFileSync(path.join(folder, name, 'answers.json'), 'utf8')) as Answers;
    describe(name, () => {
      let fixture: CompiledFixture;
      before(async () => {
        fixture = await compileFixture(path.join(folder, name));
      });
      after(() => fixture.close());

      if (answers.decoder_ids) {
        it('gives the numbers of Python, alone and in a padded batch', () => checkGraphs(fixture, answers));
        it('goes on token by token from what it remembers', () => checkSteps(fixture, answers));
      } else it('gives the numbers of Python, alone and in a padded batch', () => checkReader(fixture, answers));
    });
  }
});

async function checkGraphs({ sessions }: CompiledFixture, answers: Answers): Promise<void> {
  const encoder = sessions.get('encoder_model')!;
  const decoder = sessions.get('decoder_model_merged')!;
  const decoderIds = answers.decoder_ids!;
  const text = batch([answers.ids, answers.short], answers.padding);
  const encoded = await encoder.run(text);
  const [vectors, shortVectors] = halves(floats(encoded, 'last_hidden_state'));
  assertClose(vectors, answers.encoder_values);
  assertClose(shortVectors.subarray(0, answers.encoder_short_values.length), answers.encoder_short_values);
  const outputs = await decoder.run({
    input_ids: integers([...decoderIds, ...decoderIds], [2, decoderIds.length]),
    encoder_attention_mask: text.attention_mask!,
    ...encoderKeys(encoded),
    ...emptyPast(decoder, 2),
  });
  const [scores, shortScores] = halves(floats(outputs, 'logits'));
  assertClose(scores, answers.values);
  assertClose(shortScores, answers.short_values);
}

async function checkSteps({ sessions }: CompiledFixture, answers: Answers): Promise<void> {
  const encoder = sessions.get('encoder_model')!;
  const decoder = sessions.get('decoder_model_merged')!;
  const decoderIds = answers.decoder_ids!;
  const words = answers.values.length / decoderIds.length;
  const text = batch([answers.ids], answers.padding);
  const keys = encoderKeys(await encoder.run(text));
  let past = emptyPast(decoder, 1);
  for (const [at, id] of decoderIds.entries()) {
    const outputs = await decoder.run({
      input_ids: integers([id], [1, 1]),
      encoder_attention_mask: text.attention_mask!,
      ...keys,
      ...past,
    });
    assertClose(floats(outputs, 'logits'), answers.values.slice(at * words, (at + 1) * words));
    past = pastOf(outputs);
  }
}

async function checkReader({ sessions }: CompiledFixture, answers: Answers): Promise<void> {
  const session: GraphSession = sessions.get('model')!;
  const alone = await session.run(batch([answers.ids], answers.padding));
  assertClose(floats(alone, answers.output), answers.values);
  if (answers.end_values) assertClose(floats(alone, 'end_logits'), answers.end_values);
  const both = await session.run(batch([answers.ids, answers.short], answers.padding));
  const [first, second] = halves(floats(both, answers.output));
  assertClose(first, answers.values);
  assertClose(second.subarray(0, answers.short_values.length), answers.short_values);
}

/** The encoder's keys and values as inputs of the decoder. */
function encoderKeys(outputs: ReadonlyMap<string, TypedTensor>): Record<string, TypedTensor> {
  return pastOf(new Map([...outputs].filter(([name]) => name.includes('.encoder.'))));
}

function batch(texts: readonly (readonly number[])[], padding: number): Record<string, TypedTensor> {
  const length = Math.max(...texts.map((ids) => ids.length));
  const padded = texts.map((ids) => [...ids, ...Array<number>(length - ids.length).fill(padding)]);
  const masks = texts.map((ids) => padded[0]!.map((_, at) => Number(at < ids.length)));
  const dims = [texts.length, length];
  return { input_ids: integers(padded.flat(), dims), attention_mask: integers(masks.flat(), dims) };
}

function halves(numbers: Float32Array): readonly [Float32Array, Float32Array] {
  return [numbers.subarray(0, numbers.length / 2), numbers.subarray(numbers.length / 2)];
}

function assertClose(got: ArrayLike<number>, want: ArrayLike<number>): void {
  const worst = worstDifference(got, want);
  assert.ok(worst < tolerance, `differs by ${worst}`);
}

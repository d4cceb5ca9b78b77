import path from 'node:path';
import type { TypedTensor } from '../../../inference/pipelines/model.js';
import { type AnswerCase, answerCases, assertClose, feedsOf, withGraphs } from './checkpointAnswers.js';
import { checkpoints, emptyPast, floats, integers, pastOf } from './compiledFixture.js';

const names = ['vit-gpt2', 'swin-bert', 'deit-roberta', 'vit-trocr', 'vit-trocr-small', 'donut', 'swinv2-gpt2'];

describe('compiled encoders of images with decoders that write', () => {
  for (const name of names) {
    const [one] = answerCases(path.join(checkpoints, name)) as [AnswerCase];
    const { dims, values } = one.inputs.decoder_input_ids!;
    const { logits, encoder_last_hidden_state: encoded } = one.outputs;

    it(`${name} gives the numbers of transformers`, () =>
      withGraphs(name, async (graphs) => {
        const encoder = graphs.get('encoder_model')!;
        const decoder = graphs.get('decoder_model_merged')!;
        const { pixel_values: pixels } = feedsOf(encoder, one);
        const seen = await encoder.run({ pixel_values: pixels! });
        assertClose(seen.get('last_hidden_state'), encoded!, 'encoder');
        const past = { ...encoderKeys(seen), ...emptyPast(decoder, 2) };
        const outputs = await decoder.run({ input_ids: integers(values!, dims), ...past });
        assertClose(outputs.get('logits'), logits!, 'logits');
      }));

    it(`${name} goes on token by token`, () =>
      withGraphs(name, async (graphs) => {
        const encoder = graphs.get('encoder_model')!;
        const decoder = graphs.get('decoder_model_merged')!;
        const { pixel_values: pixels } = feedsOf(encoder, one);
        const second = {
          type: 'float32' as const,
          dims: [1, 3, 16, 16],
          data: pixels!.data.slice(768) as Float32Array,
        };
        const keys = encoderKeys(await encoder.run({ pixel_values: second }));
        const [, length = 0] = dims;
        const words = logits!.dims[2]!;
        let past = emptyPast(decoder, 1);
        for (let at = 0; at < length; at++) {
          const outputs = await decoder.run({ input_ids: integers([values![length + at]!], [1, 1]), ...keys, ...past });
          const place = (length + at) * words;
          const wanted = { dims: [1, 1, words], values: logits!.values!.slice(place, place + words) };
          assertClose({ type: 'float32', data: floats(outputs, 'logits'), dims: [1, 1, words] }, wanted, `step ${at}`);
          past = pastOf(outputs);
        }
      }));
  }
});

function encoderKeys(outputs: ReadonlyMap<string, TypedTensor>): Record<string, TypedTensor> {
  return pastOf(new Map([...outputs].filter(([name]) => name.includes('.encoder.'))));
}

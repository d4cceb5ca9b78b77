import assert from 'node:assert/strict';
import { mergedSettings } from '../../../inference/generation/settings.js';
import { taskParametersOf } from '../../../inference/generation/taskParameters.js';
import type { Model } from '../../../inference/pipelines/model.js';
import { type WritingParameters, writingOf } from '../../../inference/pipelines/writing/generationParameters.js';

const model = (config: object, generation: object = {}): Model =>
  ({ settings: { config, generation, tokenizer: {}, preprocessor: {} } }) as unknown as Model;
const writing = (config: object, generation: object, parameters: object, task = 'summarization') =>
  writingOf(model(config, generation), 'encoderDecoder', task, parameters as WritingParameters).settings;

describe('generation settings', () => {
  const summarization = { task_specific_params: { summarization: { min_length: 4, length_penalty: 3 } } };

  it('are merged by precedence: config.json, generation_config.json, the task, the request', () => {
    const config = { ...summarization, length_penalty: 1.1, min_length: 1, repetition_penalty: 1.5 };
    const merged = writing(config, { length_penalty: 2, no_repeat_ngram_size: 2 }, { no_repeat_ngram_size: 5 });
    assert.equal(merged.repetition_penalty, 1.5);
    assert.equal(merged.min_length, 4);
    assert.equal(merged.length_penalty, 3);
    assert.equal(merged.no_repeat_ngram_size, 5);
  });

  it('are not those of config.json where generation_config.json was made from it', () => {
    const merged = writing({ repetition_penalty: 1.5, max_length: 33 }, { _from_model_config: true }, {});
    assert.deepEqual([merged.repetition_penalty, merged.max_length], [undefined, undefined]);
  });

  it('of another task say nothing', () => {
    assert.equal(writing(summarization, {}, {}, 'text2text-generation').min_length, undefined);
  });

  it('keep the four beams of Python’s pipelines above those of generation_config.json, but not above the task’s', () => {
    assert.equal(writing({}, { num_beams: 2 }, {}).num_beams, 4);
    const ofTask = { task_specific_params: { summarization: { num_beams: 3 } } };
    assert.equal(writing(ofTask, { num_beams: 2 }, {}).num_beams, 3);
    assert.equal(writing(ofTask, {}, { num_beams: 1 }).num_beams, 1);
  });

  it('take one length for another where files or the request give it, but not where the task does', () => {
    assert.equal(writing({}, {}, {}).max_new_tokens, 256);
    assert.equal(writing({}, { max_length: 30 }, {}).max_new_tokens, undefined);
    assert.equal(writing({}, { max_length: 20 }, {}).max_new_tokens, 256);
    const ofTask = { task_specific_params: { summarization: { max_length: 30 } } };
    assert.equal(writing(ofTask, {}, {}).max_new_tokens, 256);
    const asked = writing({}, {}, { max_length: 7 });
    assert.deepEqual([asked.max_length, asked.max_new_tokens], [7, undefined]);
  });

  it('take the likeliest token at a temperature of zero', () => {
    const values = { do_sample: true, temperature: 0 };
    assert.equal(mergedSettings([{ name: 'parameters', values }]).do_sample, false);
  });

  const faults: readonly [values: object, isRequest: boolean, code: string, message: RegExp][] = [
    [{ temperature: -1 }, true, 'INFERENCE_INPUT_INVALID', /^parameters\.temperature: .*>=0/],
    [{ num_beams: 17 }, true, 'INFERENCE_INPUT_INVALID', /^parameters\.num_beams: .*<=16/],
    [{ penalty_alpha: 0.6 }, true, 'INFERENCE_INPUT_INVALID', /^parameters\.penalty_alpha: this way of choosing/],
    [{ num_beam_groups: 2 }, false, 'INFERENCE_UNAVAILABLE', /generation_config\.json sets num_beam_groups/],
    [{ top_p: 'a' }, false, 'INFERENCE_UNAVAILABLE', /generation_config\.json sets top_p/],
  ];
  for (const [values, isRequest, code, message] of faults) {
    it(`are refused: ${JSON.stringify(values)}`, () => {
      const layer = { name: isRequest ? 'parameters' : 'generation_config.json', values: { ...values }, isRequest };
      assert.throws(
        () => mergedSettings([layer]),
        (error: { code: string; message: string }) => error.code === code && message.test(error.message),
      );
    });
  }

  it('may name a way of choosing that changes nothing', () => {
    const values = { num_beam_groups: 1, penalty_alpha: null, guidance_scale: 1, diversity_penalty: 0 };
    assert.equal(mergedSettings([{ name: 'generation_config.json', values }]).num_beams, 1);
  });
});

describe('task_specific_params', () => {
  const params = {
    summarization: { prefix: 'short: ', min_length: 3 },
    translation_en_to_de: { prefix: 'de: ' },
    translation_en_to_fr: { prefix: 'fr: ' },
  };
  const rows: readonly [task: string, from: string | null, to: string | null, prefix: string][] = [
    ['summarization', null, null, 'short: '],
    ['translation_en_to_fr', null, null, 'fr: '],
    ['translation_en_to_it', null, null, ''],
    ['translation', 'en', 'fr', 'fr: '],
    ['translation', null, 'fr', 'fr: '],
    ['translation', null, null, 'de: '],
    ['translation', 'xx', 'yy', 'de: '],
    ['text-generation', null, null, ''],
  ];
  for (const [task, from, to, prefix] of rows) {
    it(`${task} of ${from} and ${to}`, () => {
      assert.equal(taskParametersOf(params, task, { from, to }).prefix, prefix);
    });
  }

  it('are nothing where the file holds something else', () => {
    assert.deepEqual(taskParametersOf([1], 'summarization', { from: null, to: null }).settings, {});
    assert.deepEqual(taskParametersOf({ summarization: 1 }, 'summarization', { from: null, to: null }).settings, {});
  });
});
